"""Reading orders and their timelines: one's own, and for staff all."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from product.orders.models import Order
from product.orders.services import ship_order
from servicekit.ids import new_id
from servicekit.principal import Principal
from tests.problems import assert_invalid, assert_problem
from tests.product.api import Api
from tests.product.factories import failed, make_order, receive, succeeded

NO_ONES_ID = "0192aaaa-0000-7000-8000-000000000000"


def numbers(api: Api, **query: str) -> list[str]:
    response = api.get("/api/v1/orders", query)
    assert response.status_code == 200, response.text
    return [order["number"] for order in response.json()["results"]]


def test_lists_ones_own_orders_the_newest_first(customer_api: Api, customer: Principal) -> None:
    mine = [make_order(buyer=customer).number for _ in range(3)]
    make_order()

    assert numbers(customer_api) == mine[::-1]


def test_staff_lists_everybodys_or_one_customers(staff_api: Api, customer: Principal) -> None:
    first, second = make_order(buyer=customer).number, make_order().number

    assert numbers(staff_api) == [second, first]
    assert numbers(staff_api, user_id=str(customer.user_id)) == [first]


def test_a_customer_cannot_ask_for_another_ones(customer_api: Api, customer: Principal) -> None:
    assert_problem(customer_api.get("/api/v1/orders", {"user_id": str(new_id())}), 403, "forbidden")
    assert numbers(customer_api, user_id=str(customer.user_id)) == []


def test_filters_by_state(customer_api: Api, customer: Principal) -> None:
    waiting, paid, declined = (make_order(buyer=customer) for _ in range(3))
    receive(succeeded(paid), failed(declined))

    assert numbers(customer_api, status="confirmed") == [paid.number]
    assert numbers(customer_api, payment_status="failed") == [declined.number]
    assert numbers(customer_api, status="pending", payment_status="unpaid") == [waiting.number]


def test_filters_by_fulfillment(staff_api: Api, staff: Principal) -> None:
    shipped, waiting = make_order(), make_order()
    receive(succeeded(shipped), succeeded(waiting))
    ship_order(order_id=shipped.pk, principal=staff)

    assert numbers(staff_api, fulfillment_status="shipped") == [shipped.number]
    assert numbers(staff_api, status="confirmed", fulfillment_status="unfulfilled") == [waiting.number]


def test_finds_an_order_by_its_number(customer_api: Api, customer: Principal) -> None:
    order, _another = (make_order(buyer=customer) for _ in range(2))
    not_mine = make_order()

    assert numbers(customer_api, number=order.number) == [order.number]
    assert numbers(customer_api, number=not_mine.number) == []


def test_filters_by_the_time_of_placing(customer_api: Api, customer: Principal) -> None:
    orders = [make_order(buyer=customer) for _ in range(3)]
    for hour, order in enumerate(orders):
        # The database's clock may differ from those that gave the ids.
        Order.objects.filter(pk=order.pk).update(placed_at=order.placed_at + timedelta(minutes=10 * hour))
    moments = [(orders[0].placed_at + timedelta(minutes=10 * hour)).isoformat() for hour in range(3)]

    assert numbers(customer_api, placed_from=moments[1]) == [orders[2].number, orders[1].number]
    assert numbers(customer_api, placed_to=moments[1]) == [orders[0].number]
    assert numbers(customer_api, placed_from=moments[1], placed_to=moments[2]) == [orders[1].number]
    assert numbers(customer_api, placed_from="1066-10-14T09:00:00Z", placed_to="9999-12-31T23:59:59Z") != []


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("status", "paid"),
        ("fulfillment_status", "lost"),
        ("placed_from", "yesterday"),
        ("placed_to", "0"),
        ("payment_status", "pending"),
        ("user_id", "me"),
        ("cursor", "x"),
        ("limit", "101"),
        ("q", "1"),
    ],
)
def test_refuses_values_that_it_does_not_know(customer_api: Api, parameter: str, value: str) -> None:
    assert_invalid(customer_api.get("/api/v1/orders", {parameter: value}), parameter)


def test_costs_the_same_few_statements_for_many_orders(customer_api: Api, customer: Principal) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            customer_api.get("/api/v1/orders?limit=100")
        return len(queries)

    make_order(buyer=customer)
    for_one = statements()
    for _ in range(10):
        make_order(buyer=customer)

    assert statements() == for_one == 2


@pytest.mark.parametrize("path", ["", "/events"])
def test_another_customers_order_does_not_exist(customer_api: Api, staff_api: Api, path: str) -> None:
    order = make_order()

    assert_problem(customer_api.get(f"/api/v1/orders/{order.pk}{path}"), 404, "order_not_found")
    assert staff_api.get(f"/api/v1/orders/{order.pk}{path}").status_code == 200
    assert_problem(customer_api.get(f"/api/v1/orders/{new_id()}{path}"), 404, "order_not_found")


@pytest.mark.parametrize("path", ["", f"/{NO_ONES_ID}", f"/{NO_ONES_ID}/events"])
def test_wants_a_token(api: Api, path: str) -> None:
    assert_problem(api.get(f"/api/v1/orders{path}"), 401)


def test_the_timeline_tells_what_happened_and_why(customer_api: Api, customer: Principal) -> None:
    order = make_order(buyer=customer)
    receive(failed(order, code="insufficient_funds"))
    customer_api.post(f"/api/v1/orders/{order.pk}/pay")
    receive(succeeded(order, attempt=2))

    entries = customer_api.get(f"/api/v1/orders/{order.pk}/events").json()["results"]

    assert [(entry["type"], entry["payment_status"], entry["cause"]) for entry in entries] == [
        ("placed", "unpaid", "customer"),
        ("payment_failed", "failed", "payment.failed"),
        ("payment_requested", "unpaid", "customer"),
        ("paid", "paid", "payment.succeeded"),
    ]
    assert entries[1]["detail"]["code"] == "insufficient_funds"
    assert "message_id" not in entries[1]


def test_staff_also_sees_message_ids_and_what_had_no_effect(
    customer_api: Api, staff_api: Api, customer: Principal
) -> None:
    order = make_order(buyer=customer)
    receive(succeeded(order))
    receive(succeeded(order))
    path = f"/api/v1/orders/{order.pk}/events"

    for_staff = staff_api.get(path).json()["results"]

    assert [entry["type"] for entry in for_staff] == ["placed", "paid", "stale"]
    assert for_staff[0]["actor_id"] == str(customer.user_id)
    assert for_staff[0]["published_id"]
    assert for_staff[1]["message_id"]
    assert [entry["type"] for entry in customer_api.get(path).json()["results"]] == ["placed", "paid"]
