"""An order that its buyer cannot pay: declined with a reason, held until its deadline, then closed and released."""

import pytest

from tests.invariants import assert_consistent
from tests.running_shop import RunningShop
from tests.shop_client import Customer, Json
from tests.waiting import wait_until


@pytest.fixture
def expensive(shop: RunningShop) -> Json:
    """More than a new wallet holds."""
    return shop.new_product(price="1000.01", stock=5)


@pytest.fixture
def declined(customer: Customer, expensive: Json) -> Json:
    return customer.wait_for(customer.buy(expensive)["id"], "failed")


def test_the_order_says_why_it_was_not_paid(declined: Json) -> None:
    assert (declined["status"], declined["payment_status"]) == ("pending", "failed")
    assert declined["failure_code"] == "insufficient_funds"


def test_no_money_moves(shop: RunningShop, customer: Customer, declined: Json) -> None:
    (payment,) = customer.payments(declined["id"])
    (wallet,) = customer.wallets()

    assert (payment["status"], payment["failure_code"]) == ("failed", "insufficient_funds")
    assert wallet["balance"] == "1000.00"
    assert_consistent(shop)


def test_the_pieces_stay_reserved_until_the_deadline(shop: RunningShop, expensive: Json, declined: Json) -> None:
    assert shop.stock(expensive) == (4, 1, 0)


def test_the_deadline_closes_the_order_and_releases_its_pieces(
    shop: RunningShop, customer: Customer, expensive: Json, declined: Json
) -> None:
    let_deadline_pass(shop, declined)

    order = customer.wait_for(declined["id"], "expired")

    assert order["payment_status"] == "failed"
    assert shop.stock(expensive) == (5, 0, 0)
    wait_until(lambda: "voided" in {payment["status"] for payment in customer.payments(declined["id"])})
    assert customer.wallets()[0]["balance"] == "1000.00"
    assert_consistent(shop)


def test_an_exact_balance_is_enough(shop: RunningShop, customer: Customer) -> None:
    order = customer.buy(shop.new_product(price="1000.00"))

    assert customer.wait_for(order["id"], "paid", "failed")["payment_status"] == "paid"
    assert customer.wallets()[0]["balance"] == "0.00"


def let_deadline_pass(shop: RunningShop, order: Json) -> None:
    """Time travel for one order, so that nobody has to wait for 15 minutes."""
    shop.rows("product", "UPDATE orders SET payment_deadline = now() WHERE id = %s", order["id"])
