"""`transaction()`: nested use joins the outer one, and nothing is recorded outside of one."""

import pytest
from sqlalchemy import text

from payment.database import TransactionConflict, transaction
from payment.messaging.outbox import record
from servicekit.outbox import OutsideTransaction
from tests.payment.factories import deliver, order_placed
from tests.payment.records import count


def test_commits_at_the_end_of_the_outermost_block() -> None:
    with transaction():
        deliver(order_placed())

    assert count("payments") == 1


def test_a_failure_undoes_what_inner_blocks_did() -> None:
    def deliver_and_fail() -> None:
        with transaction():
            deliver(order_placed())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        deliver_and_fail()

    assert count("payments") == count("inbox_messages") == count("outbox_events") == 0


def test_an_event_is_not_recorded_outside_a_transaction() -> None:
    with pytest.raises(OutsideTransaction):
        record([])


def test_a_deadlock_is_a_conflict_to_repeat() -> None:
    with pytest.raises(TransactionConflict), transaction() as session:
        session.execute(text("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'deadlock_detected'; END $$"))


def test_the_consumer_repeats_the_whole_batch_after_a_conflict(monkeypatch: pytest.MonkeyPatch) -> None: ...
