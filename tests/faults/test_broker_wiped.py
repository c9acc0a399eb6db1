"""The broker loses everything it had confirmed: each relay finds that it is not the same, and sends all of it again."""

from stack.shop import Shop
from tests.faults.messages import latest_message, recorded_messages, wait_until_queued
from tests.faults.orders import payments_of, place_orders, wait_until_paid
from tests.rest import assert_at_rest
from tests.running_shop import RunningShop
from tests.shop_client import Json
from tests.waiting import wait_until

REFUNDED = "SELECT refunded_minor FROM orders WHERE id = %s::uuid"


def wipe(machinery: Shop) -> None:
    machinery.rabbitmq.kill()
    machinery.rabbitmq.wipe()
    machinery.rabbitmq.start()


def test_questions_and_news_of_new_customers_are_lost(machinery: Shop, shop: RunningShop, product: Json) -> None:
    machinery.processes["payment-consumer"].stop()
    customers = [shop.new_customer() for _ in range(3)]
    order_ids = place_orders(customers, product, 30)
    wait_until_queued(shop, "payment", "payment.users", 3)
    wait_until_queued(shop, "payment", "payment.orders", 30)

    wipe(machinery)
    machinery.processes["payment-consumer"].start()

    wait_until_paid(shop, order_ids, timeout_seconds=45)
    assert payments_of(shop, order_ids) == 30
    assert [customer.wallets()[0]["balance"] for customer in customers] == ["990.00"] * 3
    assert_at_rest(shop)


def test_answers_are_lost(machinery: Shop, shop: RunningShop, product: Json) -> None:
    machinery.processes["product-consumer"].stop()
    order_ids = place_orders([shop.new_customer() for _ in range(3)], product, 30)
    wait_until_queued(shop, "product", "product.payments", 30)

    wipe(machinery)
    machinery.processes["product-consumer"].start()

    wait_until_paid(shop, order_ids, timeout_seconds=45)
    assert payments_of(shop, order_ids) == 30
    assert_at_rest(shop)


def test_news_that_nobody_has_asked_for_are_lost(machinery: Shop, shop: RunningShop, product: Json) -> None:
    """Staff gives money back: no question of product's is open, so it would never ask."""
    (order_id,) = place_orders([shop.new_customer()], product, 1)
    wait_until_paid(shop, [order_id])
    machinery.processes["product-consumer"].stop()
    before = latest_message(shop, "payment")
    ((payment_id,),) = shop.rows("payment", "SELECT id FROM payments WHERE order_id = %s::uuid", order_id)
    shop.staff.post("payment", f"/api/v1/payments/{payment_id}/refund", {"amount": "0.40"})
    wait_until_queued(shop, "product", "product.payments", 1)
    assert [message.type for message in recorded_messages(shop, "payment", after=before)] == ["payment.refunded"]

    wipe(machinery)
    machinery.processes["product-consumer"].start()

    wait_until(lambda: shop.number("product", REFUNDED, order_id) == 40)
    assert_at_rest(shop)
