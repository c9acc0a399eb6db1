"""Money that staff gives back without cancelling: the order shows it, and goes on as far as it makes sense."""

import pytest

from product.orders.models import Order, OrderEvent, OrderLine
from servicekit.contracts import PaymentRefunded
from servicekit.principal import Principal
from tests.problems import assert_problem
from tests.product.api import Api
from tests.product.factories import make_order, make_product, receive, refunded, succeeded
from tests.product.records import heaps, is_answer_owed, published, states, timeline

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid(customer: Principal) -> Order:
    """An order of 10.00."""
    order = make_order(buyer=customer, product=make_product(on_hand=5))
    receive(succeeded(order))
    return order


def part(order: Order, *, amount: str, total: str) -> PaymentRefunded:
    return refunded(order, amount=amount, total_refunded=total)


def shown(api: Api, order: Order) -> tuple[str, str, str]:
    """Status, payment status, and what was given back."""
    body = api.get(f"/api/v1/orders/{order.pk}").json()
    return body["status"], body["payment_status"], body["refunded"]


def test_a_part_is_shown_and_the_order_stays_paid(customer_api: Api, paid: Order) -> None:
    receive(part(paid, amount="4.00", total="4.00"))

    assert shown(customer_api, paid) == ("confirmed", "paid", "4.00")
    entry = OrderEvent.objects.get(type="refunded_in_part")
    assert (entry.cause, entry.detail["amount"]) == ("payment.refunded", "4.00")


def test_parts_add_up_to_the_whole(customer_api: Api, paid: Order) -> None:
    receive(part(paid, amount="4.00", total="4.00"), part(paid, amount="6.00", total="10.00"))

    assert shown(customer_api, paid) == ("confirmed", "refunded", "10.00")
    assert timeline(paid) == ["placed", "paid", "refunded_in_part", "refunded"]
    assert heaps(OrderLine.objects.get(order=paid).product) == (4, 0, 1)


def test_parts_may_overtake_one_another(customer_api: Api, paid: Order) -> None:
    receive(part(paid, amount="3.00", total="7.00"))
    receive(part(paid, amount="4.00", total="4.00"))

    assert shown(customer_api, paid) == ("confirmed", "paid", "7.00")
    assert timeline(paid)[2:] == ["refunded_in_part", "stale"]


@pytest.mark.parametrize(
    ("total", "expected"), [("4.00", ("confirmed", "paid", "4.00")), ("10.00", ("confirmed", "refunded", "10.00"))]
)
def test_a_refund_may_overtake_the_success(
    customer_api: Api, customer: Principal, total: str, expected: tuple[str, str, str]
) -> None:
    order = make_order(buyer=customer)

    receive(part(order, amount=total, total=total))
    assert states(order) == ("pending", "unpaid")
    receive(succeeded(order))

    assert shown(customer_api, order) == expected


def test_a_cancellation_closes_when_the_rest_is_back(customer_api: Api, paid: Order) -> None:
    receive(part(paid, amount="4.00", total="4.00"))
    customer_api.post(f"/api/v1/orders/{paid.pk}/cancel")
    assert is_answer_owed(paid)

    receive(part(paid, amount="6.00", total="10.00"))

    assert shown(customer_api, paid) == ("cancelled", "refunded", "10.00")
    assert not is_answer_owed(paid)


def test_what_is_refunded_is_cancelled_without_waiting_for_anything(customer_api: Api, paid: Order) -> None:
    receive(refunded(paid))

    response = customer_api.post(f"/api/v1/orders/{paid.pk}/cancel")

    assert (response.status_code, response.json()["status"]) == (202, "cancelled")
    assert states(paid) == ("cancelled", "refunded")
    assert not is_answer_owed(paid)
    assert heaps(OrderLine.objects.get(order=paid).product) == (5, 0, 0)
    assert len(published("order.cancelled")) == 1


def test_payments_answer_to_that_changes_nothing(customer_api: Api, paid: Order) -> None:
    receive(refunded(paid))
    customer_api.post(f"/api/v1/orders/{paid.pk}/cancel")

    receive(refunded(paid))

    assert states(paid) == ("cancelled", "refunded")
    assert timeline(paid)[-1] == "stale"


def test_what_is_refunded_in_full_is_not_shipped_any_more(staff_api: Api, paid: Order) -> None:
    receive(refunded(paid))

    assert staff_api.post(f"/api/v1/orders/{paid.pk}/ship").status_code == 409


def test_what_is_under_way_arrives_also_when_its_money_went_back(staff_api: Api, paid: Order) -> None:
    staff_api.post(f"/api/v1/orders/{paid.pk}/ship")
    receive(refunded(paid))

    staff_api.post(f"/api/v1/orders/{paid.pk}/deliver")

    assert shown(staff_api, paid) == ("completed", "refunded", "10.00")


def test_what_has_arrived_may_be_refunded_and_not_cancelled(staff_api: Api, paid: Order) -> None:
    for act in ("ship", "deliver"):
        staff_api.post(f"/api/v1/orders/{paid.pk}/{act}")

    receive(refunded(paid))

    assert shown(staff_api, paid) == ("completed", "refunded", "10.00")
    assert_problem(staff_api.post(f"/api/v1/orders/{paid.pk}/cancel"), 409, "order_not_cancellable")
