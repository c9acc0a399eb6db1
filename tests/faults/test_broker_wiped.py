"""The broker loses everything it had confirmed, with orders under way: product asks again, and all of them settle."""

from stack.shop import Shop
from tests.faults.messages import wait_until_queued
from tests.faults.orders import payments_of, place_orders, wait_until_paid
from tests.rest import assert_at_rest, forgive_lost_events
from tests.running_shop import RunningShop
from tests.shop_client import Json


def wipe(machinery: Shop, shop: RunningShop) -> None:
    machinery.rabbitmq.kill()
    machinery.rabbitmq.wipe()
    forgive_lost_events(shop)
    machinery.rabbitmq.start()


def test_questions_and_news_of_new_customers_are_lost(machinery: Shop, shop: RunningShop, product: Json) -> None:
    """Payment has never heard of the customers: it opens their wallets when they are first needed."""
    machinery.processes["payment-consumer"].stop()
    customers = [shop.new_customer() for _ in range(3)]
    order_ids = place_orders(customers, product, 30)
    wait_until_queued(shop, "payment", "payment.users", 3)
    wait_until_queued(shop, "payment", "payment.orders", 30)

    wipe(machinery, shop)
    machinery.processes["payment-consumer"].start()

    wait_until_paid(shop, order_ids, timeout_seconds=45)
    assert payments_of(shop, order_ids) == 30
    assert [customer.wallets()[0]["balance"] for customer in customers] == ["990.00"] * 3
    assert_at_rest(shop)


def test_answers_are_lost(machinery: Shop, shop: RunningShop, product: Json) -> None:
    machinery.processes["product-consumer"].stop()
    order_ids = place_orders([shop.new_customer() for _ in range(3)], product, 30)
    wait_until_queued(shop, "product", "product.payments", 30)

    wipe(machinery, shop)
    machinery.processes["product-consumer"].start()

    wait_until_paid(shop, order_ids, timeout_seconds=45)
    assert payments_of(shop, order_ids) == 30
    assert_at_rest(shop)
