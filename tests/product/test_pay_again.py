"""Paying again after a declined attempt."""

from product.orders.models import Order
from servicekit.principal import Principal
from tests.problems import assert_problem
from tests.product.api import Api
from tests.product.factories import failed, make_order, receive, succeeded
from tests.product.records import published, states, timeline


def test_asks_for_the_next_attempt(customer_api: Api, customer: Principal) -> None:
    order = make_order(buyer=customer)
    receive(failed(order))

    response = customer_api.post(f"/api/v1/orders/{order.pk}/pay")

    assert response.status_code == 202
    body = response.json()
    assert (body["payment_status"], body["attempt"], body["failure_code"]) == ("unpaid", 2, None)
    (event,) = published("order.payment_requested")
    assert (event.data.attempt, event.data.total, event.sequence) == (2, order.total, "3")


def test_a_success_of_the_next_attempt_confirms_the_order(customer_api: Api, customer: Principal) -> None:
    order = make_order(buyer=customer)
    receive(failed(order))
    customer_api.post(f"/api/v1/orders/{order.pk}/pay")

    receive(failed(order, attempt=1), succeeded(order, attempt=2))

    assert states(order) == ("confirmed", "paid")
    assert sorted(timeline(order)) == ["paid", "payment_failed", "payment_requested", "placed", "stale"]


def test_an_order_that_was_not_declined_is_not_asked_for_twice(customer_api: Api, customer: Principal) -> None:
    order = make_order(buyer=customer)

    assert_problem(customer_api.post(f"/api/v1/orders/{order.pk}/pay"), 409, "order_not_payable")


def test_nothing_is_paid_after_the_deadline(customer_api: Api, customer: Principal) -> None:
    order = make_order(buyer=customer)
    receive(failed(order))
    Order.objects.update(payment_deadline="2020-01-01T00:00:00Z")

    assert_problem(customer_api.post(f"/api/v1/orders/{order.pk}/pay"), 409, "order_not_payable")


def test_another_customers_order_does_not_exist(customer_api: Api) -> None:
    order = make_order()
    receive(failed(order))

    assert_problem(customer_api.post(f"/api/v1/orders/{order.pk}/pay"), 404, "order_not_found")
