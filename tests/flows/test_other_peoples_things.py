"""What belongs to somebody else looks as if it did not exist. Staff see everything."""

import pytest

from servicekit.ids import new_id
from tests.problems import assert_problem
from tests.running_shop import RunningShop
from tests.shop_client import Customer, Json

Thing = tuple[str, str]


@pytest.fixture
def order(customer: Customer, product: Json) -> Json:
    return customer.wait_for(customer.buy(product)["id"], "paid")


@pytest.fixture
def things(customer: Customer, order: Json) -> list[Thing]:
    """Service and path of all that a purchase leaves behind."""
    (payment,), (wallet,) = customer.payments(order["id"]), customer.wallets()
    return [
        ("product", f"/api/v1/orders/{order['id']}"),
        ("product", f"/api/v1/orders/{order['id']}/events"),
        ("payment", f"/api/v1/payments/{payment['id']}"),
        ("payment", f"/api/v1/wallets/{wallet['id']}"),
    ]


def test_the_owner_sees_them(customer: Customer, things: list[Thing]) -> None:
    for service, path in things:
        assert customer.get(service, path).status_code == 200, path


def test_staff_see_them(shop: RunningShop, things: list[Thing]) -> None:
    for service, path in things:
        assert shop.staff.get(service, path).status_code == 200, path


def test_another_customer_cannot_tell_them_from_nothing(shop: RunningShop, things: list[Thing]) -> None:
    stranger = shop.new_customer()
    for service, path in things:
        theirs = assert_problem(stranger.get(service, path), 404)
        nothing = assert_problem(stranger.get(service, replaced_id(path)), 404)
        del theirs["request_id"], nothing["request_id"]
        assert theirs == nothing


def test_waiting_for_another_customers_order_is_no_way_in(shop: RunningShop, order: Json) -> None:
    answer = shop.new_customer().get("product", f"/api/v1/orders/{order['id']}", wait=5, until="paid")

    assert_problem(answer, 404)
    assert answer.elapsed.total_seconds() < 3


def test_lists_hold_ones_own_only(shop: RunningShop, order: Json) -> None:
    stranger = shop.new_customer()

    assert stranger.orders() == []
    assert stranger.payments(order["id"]) == []


@pytest.mark.parametrize(("service", "path"), [("product", "/api/v1/orders"), ("payment", "/api/v1/payments")])
def test_a_customer_cannot_ask_for_another_users_list(
    shop: RunningShop, customer: Customer, order: Json, service: str, path: str
) -> None:
    answer = shop.new_customer().get(service, path, user_id=customer.user_id)

    assert answer.status_code in {403, 404, 422} or answer.json()["results"] == []


def test_staff_can_ask_for_one_users_orders(shop: RunningShop, customer: Customer, order: Json) -> None:
    results = shop.staff.read("product", "/api/v1/orders", user_id=customer.user_id)["results"]

    assert [found["id"] for found in results] == [order["id"]]


def replaced_id(path: str) -> str:
    """The same path with the id of nothing."""
    parts = path.split("/")
    parts[4] = str(new_id())
    return "/".join(parts)
