"""Without the broker the shop goes on selling; the orders settle when it is back."""

from stack.credentials import SERVICES
from stack.shop import Shop
from tests.faults.orders import place_orders, wait_until_paid
from tests.invariants import assert_consistent
from tests.rest import assert_at_rest
from tests.running_shop import RunningShop
from tests.shop_client import Json


def test_checkout_does_not_notice_and_orders_settle_after_its_return(
    machinery: Shop, shop: RunningShop, product: Json
) -> None:
    known_customer = shop.new_customer()
    machinery.rabbitmq.kill()
    customers = [known_customer, shop.new_customer()]

    answers = [customers[number % 2].place(product) for number in range(20)]

    assert {answer.status_code for answer in answers} == {202}
    assert max(answer.elapsed.total_seconds() for answer in answers) < 1
    for service in SERVICES:
        assert shop.visitor.get(service, "/health").status_code == 200
    assert_consistent(shop)

    machinery.rabbitmq.start()
    wait_until_paid(shop, [answer.json()["id"] for answer in answers], timeout_seconds=30)
    assert [customer.wallets()[0]["balance"] for customer in customers] == ["990.00", "990.00"]
    assert_at_rest(shop)


def test_the_broker_dies_in_the_middle_of_many_orders(machinery: Shop, shop: RunningShop, product: Json) -> None:
    customers = [shop.new_customer() for _ in range(4)]
    order_ids = place_orders(customers, product, 40)
    machinery.rabbitmq.process.kill()

    order_ids += place_orders(customers, product, 40)

    wait_until_paid(shop, order_ids)
    assert_at_rest(shop)
