"""What payment's answers do to orders, in whatever order and however often they come."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from product.messaging import inbox
from product.messaging.models import InboxMessage, ParkedMessage
from product.orders.models import Order, OrderEvent
from product.orders.services import cancel_order, expire_unpaid_orders
from product.orders.services.answers import AmountMismatch
from servicekit.contracts import UserDeleted, UserRegistered
from servicekit.ids import new_id
from servicekit.messaging import ContentError, Delivery
from tests.product.factories import (
    delivery,
    failed,
    make_order,
    make_principal,
    make_product,
    receive,
    refunded,
    succeeded,
    voided,
)
from tests.product.records import heaps, is_answer_owed, published, states, timeline, types_published

pytestmark = pytest.mark.django_db


def expired_order(**overrides: Any) -> Order:
    order = make_order(**overrides)
    Order.objects.update(payment_deadline="2020-01-01T00:00:00Z")
    expire_unpaid_orders()
    return order


def test_a_success_confirms_the_order() -> None:
    product = make_product(on_hand=5)
    order = make_order(product=product, quantity=2)

    receive(succeeded(order))

    assert states(order) == ("confirmed", "paid")
    assert heaps(product) == (3, 0, 2)
    assert not is_answer_owed(order)
    assert order.version == 2


def test_others_are_told_of_a_confirmed_order() -> None:
    order = make_order()
    answer = delivery(succeeded(order))

    inbox.process([answer])

    (event,) = published("order.confirmed")
    assert (event.data.order_id, event.data.total, event.sequence) == (order.pk, order.total, "2")
    assert str(event.causationid) == answer.message_id
    entry = OrderEvent.objects.get(type="paid")
    assert (str(entry.message_id), entry.published_id, entry.cause) == (
        answer.message_id,
        event.id,
        "payment.succeeded",
    )


def test_a_failure_is_shown_and_keeps_the_stock_reserved() -> None:
    product = make_product(on_hand=5)
    order = make_order(product=product, quantity=2)

    receive(failed(order, code="wallet_frozen", message="The wallet is frozen"))

    assert states(order) == ("pending", "failed")
    assert (order.failure_code, order.failure_message) == ("wallet_frozen", "The wallet is frozen")
    assert heaps(product) == (3, 2, 0)
    assert not is_answer_owed(order)
    assert OrderEvent.objects.get(type="payment_failed").detail["code"] == "wallet_frozen"


def test_the_same_message_twice_has_one_effect() -> None:
    product = make_product(on_hand=5)
    order = make_order(product=product)
    message = delivery(succeeded(order))

    for _ in range(3):
        inbox.process([message, message])

    assert heaps(product) == (4, 0, 1)
    assert timeline(order) == ["placed", "paid"]
    assert InboxMessage.objects.count() == 1


def test_the_same_answer_in_a_new_message_is_stale() -> None:
    product = make_product(on_hand=5)
    order = make_order(product=product)

    receive(succeeded(order))
    receive(succeeded(order), succeeded(order))

    assert states(order) == ("confirmed", "paid")
    assert heaps(product) == (4, 0, 1)
    assert timeline(order) == ["placed", "paid", "stale", "stale"]
    assert types_published() == ["order.placed", "order.confirmed"]


@pytest.mark.parametrize("answer", [failed, voided])
def test_no_answer_undoes_a_payment_that_nobody_cancelled(answer: Any) -> None:
    order = make_order()
    receive(succeeded(order))

    receive(answer(order))

    assert states(order) == ("confirmed", "paid")
    assert timeline(order)[-1] == "stale"


@pytest.mark.parametrize("answer", [succeeded, failed])
def test_an_answer_to_another_attempt_is_stale(answer: Any) -> None:
    order = make_order()

    receive(answer(order, attempt=2))

    assert states(order) == ("pending", "unpaid")
    assert is_answer_owed(order)
    assert timeline(order) == ["placed", "stale"]


def test_a_success_that_comes_too_late_is_refunded() -> None:
    product = make_product(on_hand=5)
    order = expired_order(product=product)

    receive(succeeded(order))

    assert states(order) == ("expired", "refund_pending")
    assert heaps(product) == (5, 0, 0)
    assert [event.data.reason for event in published("order.cancelled")] == ["expired", "expired"]
    assert is_answer_owed(order)

    receive(refunded(order))

    assert states(order) == ("expired", "refunded")
    assert not is_answer_owed(order)
    assert timeline(order) == ["placed", "expired", "paid_late", "refund_requested", "refunded"]


def test_a_refund_whose_success_was_lost_closes_the_order_too() -> None:
    order = expired_order()

    receive(refunded(order))

    assert states(order) == ("expired", "refunded")
    assert not is_answer_owed(order)
    receive(succeeded(order))
    assert states(order) == ("expired", "refunded")


def test_a_success_and_its_refund_may_come_in_one_batch_in_the_wrong_order() -> None:
    order = expired_order()

    receive(refunded(order), succeeded(order))

    assert states(order) == ("expired", "refunded")


def test_a_void_closes_the_cancellation() -> None:
    order = expired_order()
    assert is_answer_owed(order)

    receive(voided(order))

    assert states(order) == ("expired", "unpaid")
    assert not is_answer_owed(order)
    assert timeline(order) == ["placed", "expired", "payment_voided"]


def test_a_failure_of_a_closed_order_changes_nothing() -> None:
    order = expired_order()

    receive(failed(order))

    assert states(order) == ("expired", "unpaid")
    assert is_answer_owed(order)
    assert order.failure_code == ""


def test_a_refund_closes_the_cancellation_of_a_paid_order() -> None:
    buyer, product = make_principal(), make_product(on_hand=5)
    order = make_order(buyer=buyer, product=product)
    receive(succeeded(order))
    cancel_order(order_id=order.pk, principal=buyer)

    receive(refunded(order))

    assert states(order) == ("cancelled", "refunded")
    assert not is_answer_owed(order)
    assert heaps(product) == (5, 0, 0)


def test_a_refund_in_part_closes_nothing() -> None:
    buyer = make_principal()
    order = make_order(buyer=buyer)
    receive(succeeded(order))
    cancel_order(order_id=order.pk, principal=buyer)

    receive(refunded(order, amount="1.00", total_refunded="1.00"))

    assert states(order) == ("cancelling", "refund_pending")
    assert is_answer_owed(order)


def test_an_answer_about_an_unknown_order_is_passed_over() -> None:
    order = make_order()

    receive(succeeded(order, order_id=new_id()), succeeded(order))

    assert states(order) == ("confirmed", "paid")


def test_another_amount_than_the_total_confirms_nothing() -> None:
    order = make_order()

    with pytest.raises(AmountMismatch):
        receive(succeeded(order, amount="0.01"))

    assert not InboxMessage.objects.exists()
    assert states(order) == ("pending", "unpaid")


@pytest.mark.parametrize(
    "impossible",
    [{"total_refunded": "-1.00"}, {"total_refunded": "100000.00"}, {"total_refunded": "10.001"}, {"currency": "USD"}],
    ids=str,
)
def test_a_refund_that_cannot_be_changes_nothing(impossible: dict[str, str]) -> None:
    order = make_order()
    receive(succeeded(order))

    with pytest.raises(ContentError):
        receive(refunded(order, **impossible))

    assert states(order) == ("confirmed", "paid")


def test_users_come_and_go_without_effect() -> None:
    inbox.process(
        [
            delivery(UserRegistered(user_id=new_id(), username="ada", email="ada@example.com"), queue="product.users"),
            delivery(UserDeleted(user_id=new_id()), queue="product.users"),
        ]
    )

    assert InboxMessage.objects.count() == 2
    assert not ParkedMessage.objects.exists()


def test_poison_is_parked_while_its_neighbours_flow() -> None:
    order = make_order()

    inbox.process([Delivery("product.payments", b"not json"), delivery(succeeded(order))])

    assert states(order) == ("confirmed", "paid")
    assert ParkedMessage.objects.get().reason == "not_json"


def test_a_batch_costs_the_same_few_statements_whatever_its_size() -> None:
    def statements(orders: int) -> int:
        answers = [delivery(succeeded(make_order())) for _ in range(orders)]
        with CaptureQueriesContext(connection) as queries:
            inbox.process(answers)
        return len(queries)

    for_one = statements(1)

    # Savepoint and release, inbox rows, orders locked and updated, timeline, lines, stock, outbox, and the deliveries
    # to those who asked for news of payments.
    assert for_one == statements(30) == 10
