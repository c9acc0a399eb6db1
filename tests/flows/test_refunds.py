"""Staff gives money back, and the order shows it; a way to pay that is not offered is declined for another one."""

import pytest

from servicekit.ids import new_id
from tests.invariants import assert_consistent
from tests.problems import assert_problem
from tests.running_shop import RunningShop
from tests.shop_client import Customer, Json, order_of
from tests.waiting import wait_until


@pytest.fixture
def paid(customer: Customer, product: Json) -> Json:
    return customer.wait_for(customer.buy(product)["id"], "paid")


def refund_path(customer: Customer, order: Json) -> str:
    return f"/api/v1/payments/{customer.payments(order['id'])[0]['id']}/refund"


def test_a_part_and_then_the_rest(shop: RunningShop, customer: Customer, paid: Json) -> None:
    path = refund_path(customer, paid)

    part = shop.staff.post("payment", path, {"amount": "4.00"}, key=str(new_id()))
    assert (part.status_code, part.json()["status"]) == (201, "succeeded")
    wait_until(lambda: customer.order(paid["id"])["refunded"] == "4.00")
    assert customer.order(paid["id"])["payment_status"] == "paid"
    rest = shop.staff.post("payment", path)

    assert rest.json()["amount"] == "6.00"
    order = customer.wait_for(paid["id"], "refunded")
    assert (order["status"], order["refunded"]) == ("confirmed", "10.00")
    assert customer.wallets()[0]["balance"] == "1000.00"
    assert_problem(shop.staff.post("payment", path, {"amount": "0.01"}), 409, "refund_exceeds_payment")
    assert_consistent(shop)


def test_a_cancellation_gives_back_the_rest_only(shop: RunningShop, customer: Customer, paid: Json) -> None:
    shop.staff.post("payment", refund_path(customer, paid), {"amount": "4.00"})

    customer.post("product", f"/api/v1/orders/{paid['id']}/cancel")

    assert customer.wait_for(paid["id"], "cancelled")["refunded"] == "10.00"
    assert customer.wallets()[0]["balance"] == "1000.00"
    assert_consistent(shop)


def test_a_method_that_is_not_offered_is_declined_and_the_wallet_pays_instead(
    customer: Customer, product: Json
) -> None:
    order = customer.post("product", "/api/v1/orders", order_of(product) | {"payment_method": "gold"}).json()
    declined = customer.wait_for(order["id"], "failed")
    assert declined["failure_code"] == "payment_method_unavailable"

    customer.post("product", f"/api/v1/orders/{order['id']}/pay", {"payment_method": "wallet"})

    assert customer.wait_for(order["id"], "paid")["payment_method"] == "wallet"
    assert [payment["method"] for payment in customer.payments(order["id"])] == ["wallet", "gold"]
