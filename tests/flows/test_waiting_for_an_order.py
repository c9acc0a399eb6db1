"""`?wait=…&until=…`: the answer comes as soon as the order is there, or when the time is over."""

import pytest

from tests.parallel import at_once
from tests.problems import assert_invalid
from tests.running_shop import RunningShop
from tests.shop_client import Customer, Json


def test_the_answer_comes_as_soon_as_the_order_is_paid(customer: Customer, product: Json) -> None:
    order = customer.buy(product)

    answer = customer.get("product", f"/api/v1/orders/{order['id']}", wait=25, until="paid,failed,cancelled")

    assert answer.json()["payment_status"] == "paid"
    assert answer.elapsed.total_seconds() < 15


def test_a_state_that_is_reached_already_is_not_waited_for(customer: Customer, product: Json) -> None:
    order = customer.wait_for(customer.buy(product)["id"], "paid")

    answer = customer.get("product", f"/api/v1/orders/{order['id']}", wait=25, until="confirmed")

    assert answer.json()["status"] == "confirmed"
    assert answer.elapsed.total_seconds() < 5


def test_the_answer_comes_as_it_is_when_the_time_is_over(customer: Customer, product: Json) -> None:
    order = customer.wait_for(customer.buy(product)["id"], "paid")

    answer = customer.get("product", f"/api/v1/orders/{order['id']}", wait=2, until="delivered")

    assert (answer.status_code, answer.json()["fulfillment_status"]) == (200, "unfulfilled")
    assert 1.5 < answer.elapsed.total_seconds() < 6


@pytest.mark.parametrize(
    ("params", "named"),
    [
        ({"wait": "soon", "until": "paid"}, "wait"),
        ({"wait": "-1", "until": "paid"}, "wait"),
        ({"wait": "31", "until": "paid"}, "wait"),
        ({"wait": "nan", "until": "paid"}, "wait"),
        ({"wait": "inf", "until": "paid"}, "wait"),
        ({"wait": "1", "until": "happy"}, "until"),
    ],
)
def test_unreasonable_wishes_are_refused(customer: Customer, product: Json, params: dict[str, str], named: str) -> None:
    order = customer.buy(product)

    assert_invalid(customer.get("product", f"/api/v1/orders/{order['id']}", **params), named)


def test_many_may_wait_while_others_buy(shop: RunningShop, customer: Customer, product: Json) -> None:
    """A waiting request holds no database connection and does not keep others from being served."""
    paid = customer.wait_for(customer.buy(product)["id"], "paid")
    buyer = shop.new_customer()

    def wait_in_vain() -> float:
        answer = customer.get("product", f"/api/v1/orders/{paid['id']}", wait=6, until="delivered")
        return answer.elapsed.total_seconds()

    def purchase() -> float:
        order = buyer.buy(product)
        return buyer.get("product", f"/api/v1/orders/{order['id']}", wait=6, until="paid").elapsed.total_seconds()

    *_, purchase_seconds = at_once([*[wait_in_vain] * 40, purchase])

    assert purchase_seconds < 5
