"""What the passing of time does to orders."""

from datetime import timedelta

import pytest
import structlog
from django.db import DataError, OperationalError
from django.db.models.functions import Now
from django.utils import timezone

from product.messaging.models import OutboxEvent
from product.orders.clock import Clock
from product.orders.models import IdempotencyKey, Order
from product.orders.services import (
    ask_again,
    cancel_order,
    expire_unpaid_orders,
    forget_old_keys,
    request_payment_again,
)
from servicekit.ids import new_id
from servicekit.worker import Worker
from tests.product.factories import failed, make_order, make_principal, make_product, receive, succeeded, voided
from tests.product.records import heaps, published, states, timeline, types_published

pytestmark = pytest.mark.django_db


def let_pass(**duration: float) -> None:
    """As if that long ago all had happened that has, and all that was recorded had been sent."""
    OutboxEvent.objects.update(published_at=Now())
    for order in Order.objects.all():
        order.payment_deadline -= timedelta(**duration)
        order.asked_at = order.asked_at and order.asked_at - timedelta(**duration)
        order.save()


def test_a_chore_that_fails_of_itself_keeps_nobody_from_the_others() -> None:
    worker, done = Worker(), list[int]()

    def broken(*, limit: int) -> int:
        raise DataError(f"a defect, met at {limit}")

    def last(*, limit: int) -> int:
        done.append(limit)
        worker.stopping.set()
        return 0

    with structlog.testing.capture_logs() as logs:
        Clock(worker, interval_seconds=0.01, chores=[broken, last], tidying=[]).run()

    assert done == [100]
    assert [(line["chore"], line["log_level"]) for line in logs if line["event"] == "clock.chore_failed"] == [
        ("broken", "error")
    ]


def test_tidies_at_once_and_then_rarely() -> None:
    worker, done = Worker(), list[str]()

    def chore(*, limit: int) -> int:
        done.append("chore")
        if len(done) > 3:
            worker.stopping.set()
        return 0

    def tidy(*, limit: int) -> int:
        done.append("tidy")
        return 0

    Clock(worker, interval_seconds=0.001, chores=[chore], tidying=[tidy]).run()

    assert done == ["chore", "tidy", "chore", "chore"]


def test_a_question_that_still_waits_to_be_sent_is_not_asked_again() -> None:
    make_order()
    let_pass(minutes=2)
    OutboxEvent.objects.update(published_at=None)

    assert ask_again() == 0

    OutboxEvent.objects.update(published_at=Now())
    assert ask_again() == 1


def test_an_unpaid_order_expires_at_its_deadline() -> None:
    product = make_product(on_hand=5)
    order = make_order(product=product, quantity=2)

    let_pass(minutes=14)
    assert expire_unpaid_orders() == 0

    let_pass(minutes=2)
    assert expire_unpaid_orders() == 1

    assert states(order) == ("expired", "unpaid")
    assert heaps(product) == (5, 0, 0)
    assert [event.data.reason for event in published("order.cancelled")] == ["expired"]
    assert timeline(order) == ["placed", "expired"]
    assert order.cancellation_reason == "expired"


def test_a_declined_order_expires_too() -> None:
    product = make_product(on_hand=5)
    order = make_order(product=product)
    receive(failed(order))

    let_pass(minutes=16)
    expire_unpaid_orders()

    assert states(order) == ("expired", "failed")
    assert heaps(product) == (5, 0, 0)


def test_a_paid_order_never_expires() -> None:
    order = make_order()
    receive(succeeded(order))

    let_pass(days=30)

    assert expire_unpaid_orders() == 0
    assert states(order) == ("confirmed", "paid")


def test_expires_a_bounded_number_at_a_time() -> None:
    for _ in range(3):
        make_order()
    let_pass(minutes=16)

    assert [expire_unpaid_orders(limit=2) for _ in range(3)] == [2, 1, 0]


def test_asks_again_for_a_payment_that_was_never_answered() -> None:
    order = make_order()
    (first,) = published()

    let_pass(seconds=29)
    assert ask_again() == 0
    let_pass(seconds=2)
    assert ask_again() == 1
    assert ask_again() == 0

    _, second = published()
    assert second.data == first.data
    assert second.id != first.id
    assert order.version == 1


def test_asks_again_for_the_latest_attempt() -> None:
    buyer = make_principal()
    order = make_order(buyer=buyer)
    receive(failed(order))
    request_payment_again(order_id=order.pk, principal=buyer)

    let_pass(seconds=31)
    ask_again()

    first, second = published("order.payment_requested")
    assert second.data == first.data


@pytest.mark.parametrize("is_paid", [False, True])
def test_asks_again_for_the_end_of_a_cancelled_order(is_paid: bool) -> None:
    buyer = make_principal()
    order = make_order(buyer=buyer)
    if is_paid:
        receive(succeeded(order))
    cancel_order(order_id=order.pk, principal=buyer)

    let_pass(seconds=31)
    ask_again()

    first, second = published("order.cancelled")
    assert second.data == first.data


def test_asks_nothing_that_was_answered() -> None:
    paid, declined, closed = make_order(), make_order(), make_order()
    cancel_order(order_id=closed.pk, principal=make_principal(role="staff"))
    receive(succeeded(paid), failed(declined), voided(closed))

    let_pass(hours=1)

    assert ask_again() == 0


def test_goes_on_asking() -> None:
    make_order()

    for _ in range(3):
        let_pass(seconds=31)
        assert ask_again() == 1

    assert types_published() == ["order.placed"] * 4


def test_forgets_keys_after_thirty_days() -> None:
    for days in (29, 31):
        IdempotencyKey.objects.create(
            user_id=new_id(),
            route="r",
            key="k",
            fingerprint=b"",
            status=202,
            body="{}",
            created_at=timezone.now() - timedelta(days=days),
        )

    assert forget_old_keys() == 1
    assert IdempotencyKey.objects.count() == 1


def test_the_process_outlives_an_absence_of_the_database(transactional_db: None) -> None:
    worker, rounds = Worker(), []

    def chore(*, limit: int) -> int:
        rounds.append(limit)
        if len(rounds) == 3:
            worker.stopping.set()
        raise OperationalError

    Clock(worker, interval_seconds=0.001, chores=[chore], tidying=[]).run()

    assert len(rounds) == 3


def test_the_process_goes_on_at_once_while_there_is_more(transactional_db: None) -> None:
    worker, left = Worker(), [100, 100, 40]

    def chore(*, limit: int) -> int:
        if len(left) == 1:
            worker.stopping.set()
        return left.pop(0)

    Clock(worker, interval_seconds=3600, chores=[chore], tidying=[]).run()

    assert left == []
