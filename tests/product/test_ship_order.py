"""Shipping and delivering, by staff: the last steps of an order that went well."""

import pytest

from product.orders.models import Order, OrderEvent
from servicekit.principal import Principal
from tests.problems import assert_invalid, assert_problem
from tests.product.api import Api
from tests.product.factories import make_order, make_product, receive, succeeded
from tests.product.records import heaps, published, states, timeline


@pytest.fixture
def paid(db: None, customer: Principal) -> Order:
    order = make_order(buyer=customer, product=make_product(on_hand=5))
    receive(succeeded(order))
    return order


def ship(api: Api, order: Order, **body: str) -> object:
    return api.post(f"/api/v1/orders/{order.pk}/ship", body)


def deliver(api: Api, order: Order) -> object:
    return api.post(f"/api/v1/orders/{order.pk}/deliver")


def test_ships_what_is_paid_and_says_by_whom(staff_api: Api, staff: Principal, paid: Order) -> None:
    response = staff_api.post(f"/api/v1/orders/{paid.pk}/ship", {"carrier": "Post", "tracking": "RR 1234"})

    assert response.status_code == 200
    body = response.json()
    assert (body["status"], body["payment_status"], body["fulfillment_status"]) == ("confirmed", "paid", "shipped")
    assert (body["carrier"], body["tracking"]) == ("Post", "RR 1234")
    (event,) = published("order.shipped")
    assert (event.data.carrier, event.data.tracking, event.sequence) == ("Post", "RR 1234", "3")
    entry = OrderEvent.objects.get(type="shipped")
    assert (entry.cause, entry.actor_id, entry.published_id) == ("staff", staff.user_id, event.id)
    assert entry.detail == {"carrier": "Post", "tracking": "RR 1234"}


def test_needs_neither_carrier_nor_number(staff_api: Api, paid: Order) -> None:
    assert staff_api.post(f"/api/v1/orders/{paid.pk}/ship", {}).json()["carrier"] is None

    assert published("order.shipped")[0].data.tracking is None


def test_delivering_completes_the_order(staff_api: Api, customer_api: Api, paid: Order) -> None:
    ship(staff_api, paid)

    response = staff_api.post(f"/api/v1/orders/{paid.pk}/deliver")

    assert response.status_code == 200
    assert states(paid) == ("completed", "paid")
    assert response.json()["fulfillment_status"] == "delivered"
    (event,) = published("order.delivered")
    assert (event.data.order_id, event.data.user_id, event.sequence) == (paid.pk, paid.user_id, "4")
    shown = customer_api.get(f"/api/v1/orders/{paid.pk}/events").json()["results"]
    assert [entry["type"] for entry in shown] == ["placed", "paid", "shipped", "delivered"]
    assert heaps(paid.lines.get().product) == (4, 0, 1)


def test_what_is_not_paid_is_not_shipped(staff_api: Api) -> None:
    order = make_order()

    assert_problem(staff_api.post(f"/api/v1/orders/{order.pk}/ship", {}), 409, "order_not_shippable")
    assert_problem(staff_api.post(f"/api/v1/orders/{order.pk}/deliver"), 409, "order_not_deliverable")

    assert timeline(order) == ["placed"]


def test_what_is_cancelled_is_not_shipped(staff_api: Api, customer_api: Api, paid: Order) -> None:
    customer_api.post(f"/api/v1/orders/{paid.pk}/cancel")

    assert_problem(staff_api.post(f"/api/v1/orders/{paid.pk}/ship", {}), 409, "order_not_shippable")


def test_each_step_is_taken_once_and_in_order(staff_api: Api, paid: Order) -> None:
    assert_problem(staff_api.post(f"/api/v1/orders/{paid.pk}/deliver"), 409, "order_not_deliverable")
    ship(staff_api, paid)
    assert_problem(staff_api.post(f"/api/v1/orders/{paid.pk}/ship", {}), 409, "order_not_shippable")
    deliver(staff_api, paid)
    assert_problem(staff_api.post(f"/api/v1/orders/{paid.pk}/deliver"), 409, "order_not_deliverable")

    assert timeline(paid) == ["placed", "paid", "shipped", "delivered"]


@pytest.mark.parametrize("step", ["ship", "deliver"])
def test_the_same_key_gives_the_same_answer(staff_api: Api, paid: Order, step: str) -> None:
    if step == "deliver":
        ship(staff_api, paid)
    path, headers = f"/api/v1/orders/{paid.pk}/{step}", {"Idempotency-Key": "once"}

    first, second = (staff_api.post(path, {}, headers=headers) for _ in range(2))

    assert (first.status_code, second.content) == (200, first.content)
    assert second.headers["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize("step", ["ship", "deliver"])
def test_is_for_staff(customer_api: Api, api: Api, paid: Order, step: str) -> None:
    path = f"/api/v1/orders/{paid.pk}/{step}"

    assert_problem(customer_api.post(path, {}), 403, "forbidden")
    assert_problem(api.post(path, {}), 401)

    assert timeline(paid) == ["placed", "paid"]


@pytest.mark.parametrize(
    ("field", "value"), [("carrier", 7), ("carrier", "x" * 101), ("tracking", "x" * 201), ("weight", "1 kg")]
)
def test_refuses_what_makes_no_sense(staff_api: Api, paid: Order, field: str, value: object) -> None:
    assert_invalid(staff_api.post(f"/api/v1/orders/{paid.pk}/ship", {field: value}), f"/{field}")
