"""Whatever order, repetition and batching the messages of a few orders come in, the books are right at the end."""

from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from payment.database import transaction
from payment.payments.models import Order, Payment
from servicekit.ids import new_id
from servicekit.messaging import Delivery
from tests.payment.factories import deliver, order_cancelled, order_placed, payment_requested
from tests.payment.records import balance_of, ledger_is_consistent, payments_of

# Which order, and what is said of it: the attempt asked for, or 0 for its cancellation; and whether the message ends
# its batch.
steps = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3), st.booleans()), min_size=1, max_size=14)
totals = st.lists(st.sampled_from(["0.00", "300.00", "400.00", "1000.00", "1000.01"]), min_size=3, max_size=3)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps, totals=totals)
def test_the_books_are_right(steps: list[tuple[int, int, bool]], totals: list[str]) -> None:
    user_id, order_ids = new_id(), [new_id() for _ in totals]
    batch: list[Delivery] = []

    for number, attempt, is_last in steps:
        fields = {"order_id": order_ids[number], "user_id": user_id, "total": totals[number]}
        if attempt == 0:
            batch.append(order_cancelled(order_ids[number]))
        else:
            batch.append(order_placed(**fields) if attempt == 1 else payment_requested(**fields, attempt=attempt))
        if is_last:
            deliver(*batch)
            batch.clear()
    deliver(*batch)

    with transaction() as session:
        closed = set(session.scalars(select(Order.id).where(Order.closed_at.is_not(None))))
    charged = Counter[object]()
    for order_id in order_ids:
        payments = payments_of(order_id)
        charged[order_id] = sum(_net_charge(payment) for payment in payments)
        assert sum(payment.status in ("succeeded", "refunded") for payment in payments) <= 1
        assert order_id not in closed or charged[order_id] == 0
    if any(attempt for _, attempt, _ in steps):
        assert balance_of(user_id) == 100_000 - charged.total()
    assert ledger_is_consistent()


def _net_charge(payment: Payment) -> int:
    if payment.status not in ("succeeded", "refunded") or payment.amount_minor is None:
        return 0
    return payment.amount_minor - payment.refunded_minor
