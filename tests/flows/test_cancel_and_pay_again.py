"""After the order was placed: called off before it is shipped, or paid at a second try."""

import pytest

from servicekit.ids import new_id
from tests.invariants import assert_consistent
from tests.parallel import at_once
from tests.problems import assert_problem
from tests.running_shop import RunningShop
from tests.shop_client import Customer, Json
from tests.waiting import wait_until


@pytest.fixture
def dear(shop: RunningShop) -> Json:
    """A new wallet pays for one of them, and not for two."""
    return shop.new_product(price="600.00", stock=5)


def test_what_was_paid_comes_back(shop: RunningShop, customer: Customer, dear: Json) -> None:
    paid = customer.wait_for(customer.buy(dear)["id"], "paid")

    answer = customer.post("product", f"/api/v1/orders/{paid['id']}/cancel", key=str(new_id()))
    order = customer.wait_for(paid["id"], "refunded")

    assert (answer.status_code, answer.json()["status"]) == (202, "cancelling")
    assert (order["status"], order["cancellation_reason"]) == ("cancelled", "customer")
    assert shop.stock(dear) == (5, 0, 0)
    assert customer.payments(order["id"])[0]["status"] == "refunded"
    assert customer.wallets()[0]["balance"] == "1000.00"
    assert_consistent(shop)


def test_what_was_not_paid_is_closed_for_good(shop: RunningShop, customer: Customer, dear: Json) -> None:
    declined = customer.wait_for(customer.buy(dear, quantity=2)["id"], "failed")

    customer.post("product", f"/api/v1/orders/{declined['id']}/cancel")
    order = customer.wait_for(declined["id"], "cancelled")

    assert order["payment_status"] == "failed"
    assert shop.stock(dear) == (5, 0, 0)
    wait_until(lambda: "voided" in {payment["status"] for payment in customer.payments(order["id"])})
    assert_problem(customer.post("product", f"/api/v1/orders/{order['id']}/pay"), 409)
    assert_consistent(shop)


def test_a_second_try_is_a_second_attempt(shop: RunningShop, customer: Customer, dear: Json) -> None:
    first = customer.wait_for(customer.buy(dear)["id"], "paid")
    second = customer.wait_for(customer.buy(dear)["id"], "failed")
    customer.post("product", f"/api/v1/orders/{first['id']}/cancel")
    customer.wait_for(first["id"], "refunded")

    answer = customer.post("product", f"/api/v1/orders/{second['id']}/pay", key=str(new_id()))
    order = customer.wait_for(second["id"], "paid")

    assert (answer.status_code, answer.json()["payment_status"]) == (202, "unpaid")
    assert (order["attempt"], order["failure_code"]) == (2, None)
    attempts = {payment["attempt"]: payment["status"] for payment in customer.payments(order["id"])}
    assert attempts == {1: "failed", 2: "succeeded"}
    assert shop.stock(dear) == (4, 0, 1)
    assert customer.wallets()[0]["balance"] == "400.00"
    assert_consistent(shop)


def test_cancelling_ten_times_at_once_refunds_once(shop: RunningShop, customer: Customer, dear: Json) -> None:
    paid = customer.wait_for(customer.buy(dear)["id"], "paid")

    answers = at_once([lambda: customer.post("product", f"/api/v1/orders/{paid['id']}/cancel")] * 10)

    assert sorted(answer.status_code for answer in answers) == [202] + [409] * 9
    customer.wait_for(paid["id"], "refunded")
    assert customer.wallets()[0]["balance"] == "1000.00"
    assert shop.stock(dear) == (5, 0, 0)
    assert_consistent(shop)


def test_a_cancellation_that_overtakes_the_payment_charges_nobody(
    shop: RunningShop, customer: Customer, dear: Json
) -> None:
    order = customer.buy(dear)

    customer.post("product", f"/api/v1/orders/{order['id']}/cancel")
    closed = customer.wait_for(order["id"], "cancelled", timeout_seconds=60)

    assert closed["status"] == "cancelled"
    wait_until(lambda: customer.order(order["id"])["payment_status"] in {"unpaid", "refunded"})
    wait_until(lambda: customer.wallets()[0]["balance"] == "1000.00")
    assert shop.stock(dear) == (5, 0, 0)
    assert_consistent(shop)


def test_a_paid_order_cannot_be_paid_again(customer: Customer, dear: Json) -> None:
    paid = customer.wait_for(customer.buy(dear)["id"], "paid")

    assert_problem(customer.post("product", f"/api/v1/orders/{paid['id']}/pay"), 409)
    assert len(customer.payments(paid["id"])) == 1


@pytest.mark.parametrize("action", ["cancel", "pay"])
def test_another_customers_order_is_not_there(shop: RunningShop, customer: Customer, dear: Json, action: str) -> None:
    order = customer.wait_for(customer.buy(dear)["id"], "paid")

    answer = shop.new_customer().post("product", f"/api/v1/orders/{order['id']}/{action}")

    assert_problem(answer, 404)
    assert customer.order(order["id"])["status"] == "confirmed"
