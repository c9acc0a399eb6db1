"""The clock process: asks providers for what is due, several at once, and ends in order."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
import structlog
from sqlalchemy import text

from payment.clock import Clock
from payment.database import DatabaseUnavailable, transaction
from servicekit.ids import new_id
from servicekit.worker import Worker
from tests.payment.factories import deliver, order_placed
from tests.payment.records import answers_about, count
from tests.waiting import wait_until


@pytest.fixture
def worker() -> Iterator[Worker]:
    """Of a clock that runs in a thread of this process."""
    worker = Worker()
    clock = threading.Thread(target=Clock(worker, interval_seconds=0.02).run)
    clock.start()
    yield worker
    worker.stopping.set()
    clock.join(timeout=10)
    assert not clock.is_alive()


@pytest.mark.usefixtures("worker")
def test_a_slow_card_holds_up_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("payment.payments.methods.sandbox_card.SLOW_SECONDS", 2)
    slow, quick = [new_id() for _ in range(3)], [new_id() for _ in range(12)]

    deliver(*[order_placed(order_id=id_, payment_method="sandbox-card:slow") for id_ in slow])
    deliver(*[order_placed(order_id=id_, payment_method="sandbox-card") for id_ in quick])

    wait_until(lambda: all(answers_about(id_) == ["payment.succeeded"] for id_ in quick))
    assert all(answers_about(id_) == [] for id_ in slow)
    wait_until(lambda: all(answers_about(id_) == ["payment.succeeded"] for id_ in slow))


def test_a_database_that_is_away_when_the_outcome_is_to_be_recorded_is_one_line_in_the_log(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away(**_: object) -> None:
        raise DatabaseUnavailable

    monkeypatch.setattr("payment.clock.record_outcome", away)
    worker = Worker()
    clock = threading.Thread(target=Clock(worker, interval_seconds=0.02).run)
    deliver(order_placed(order_id=new_id(), payment_method="sandbox-card"))

    with structlog.testing.capture_logs() as logs:
        clock.start()
        wait_until(lambda: [line for line in logs if line["event"] == "provider_call.outcome_lost"])
        worker.stopping.set()
        clock.join(timeout=10)

    assert [line["error"] for line in logs if line["event"].startswith("provider_call.")] == ["DatabaseUnavailable"]


def test_a_process_that_is_killed_leaves_its_call_to_the_next() -> None:
    order_id = new_id()
    deliver(order_placed(order_id=order_id, payment_method="sandbox-card:slow"))
    killed = start()
    try:
        wait_until(lambda: tries() == 1, timeout_seconds=60)
    finally:
        killed.send_signal(signal.SIGKILL)
        killed.wait(timeout=10)
    with transaction() as session:  # the lease passes
        session.execute(text("UPDATE provider_calls SET due_at = now()"))
        session.execute(text("UPDATE payments SET method_token = NULL"))  # nobody has to wait for the slow card again

    successor = start()
    try:
        wait_until(lambda: answers_about(order_id) == ["payment.succeeded"], timeout_seconds=60)
    finally:
        successor.send_signal(signal.SIGTERM)

    assert successor.wait(timeout=10) == 0
    assert (tries(), count("ledger_transactions")) == (2, 2)


def start() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "payment", "clock"], env=os.environ | {"LOG_FORMAT": "json"})


def tries() -> int:
    with transaction() as session:
        return session.scalar(text("SELECT max(tries) FROM provider_calls")) or 0
