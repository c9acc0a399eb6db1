"""Cancelling, by the customer or by staff, at every stage."""

import pytest

from product.orders.services import deliver_order, ship_order
from servicekit.principal import Principal
from tests.problems import assert_problem
from tests.product.api import Api
from tests.product.factories import failed, make_order, make_product, receive, succeeded
from tests.product.records import heaps, published, states, timeline


def test_releases_the_stock_at_once_and_asks_payment_to_void(customer_api: Api, customer: Principal) -> None:
    product = make_product(on_hand=5)
    order = make_order(buyer=customer, product=product, quantity=2)

    response = customer_api.post(f"/api/v1/orders/{order.pk}/cancel")

    assert response.status_code == 202
    assert response.json()["status"] == "cancelled"
    assert response.json()["cancellation_reason"] == "customer"
    assert heaps(product) == (5, 0, 0)
    (event,) = published("order.cancelled")
    assert (event.data.reason, event.sequence) == ("customer", "2")
    assert states(order) == ("cancelled", "unpaid")
    assert order.asked_at is not None


def test_a_declined_order_can_be_cancelled(customer_api: Api, customer: Principal) -> None:
    order = make_order(buyer=customer)
    receive(failed(order))

    customer_api.post(f"/api/v1/orders/{order.pk}/cancel")

    assert states(order) == ("cancelled", "failed")


def test_a_paid_order_waits_for_its_refund(customer_api: Api, customer: Principal) -> None:
    product = make_product(on_hand=5)
    order = make_order(buyer=customer, product=product)
    receive(succeeded(order))

    assert customer_api.post(f"/api/v1/orders/{order.pk}/cancel").status_code == 202

    assert states(order) == ("cancelling", "refund_pending")
    assert heaps(product) == (5, 0, 0)
    assert timeline(order) == ["placed", "paid", "cancellation_requested"]


def test_staff_cancels_anyones(staff_api: Api) -> None:
    order = make_order()

    response = staff_api.post(f"/api/v1/orders/{order.pk}/cancel")

    assert response.json()["cancellation_reason"] == "staff"
    assert published("order.cancelled")[0].data.reason == "staff"


def test_another_customers_order_does_not_exist(customer_api: Api) -> None:
    order = make_order()

    assert_problem(customer_api.post(f"/api/v1/orders/{order.pk}/cancel"), 404, "order_not_found")

    assert states(order) == ("pending", "unpaid")


def test_a_closed_order_stays_as_it_is(customer_api: Api, customer: Principal) -> None:
    order = make_order(buyer=customer)
    customer_api.post(f"/api/v1/orders/{order.pk}/cancel")

    assert_problem(customer_api.post(f"/api/v1/orders/{order.pk}/cancel"), 409, "order_not_cancellable")

    assert timeline(order) == ["placed", "cancelled"]


@pytest.mark.parametrize("is_delivered", [False, True])
def test_what_was_shipped_cannot_be_cancelled(
    customer_api: Api, customer: Principal, staff: Principal, is_delivered: bool
) -> None:
    order = make_order(buyer=customer)
    receive(succeeded(order))
    ship_order(order_id=order.pk, principal=staff)
    if is_delivered:
        deliver_order(order_id=order.pk, principal=staff)

    assert_problem(customer_api.post(f"/api/v1/orders/{order.pk}/cancel"), 409, "order_not_cancellable")


def test_the_same_key_gives_the_same_answer(customer_api: Api, customer: Principal) -> None:
    order = make_order(buyer=customer)
    path, headers = f"/api/v1/orders/{order.pk}/cancel", {"Idempotency-Key": "once"}

    first, second = (customer_api.post(path, headers=headers) for _ in range(2))

    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert second.headers["Idempotency-Replayed"] == "true"
