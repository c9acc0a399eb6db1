"""A top-up races the payment that it is meant for: whoever has the wallet first decides, and what was decided stays."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from apiflask import APIFlask
from psycopg2.extensions import connection as Psycopg2Connection  # noqa: N812

from payment.payments.models import Payment
from servicekit.ids import new_id
from tests.parallel import at_once
from tests.payment.factories import bearer, deliver, order_placed, payment_requested, user_registered
from tests.payment.records import answers_about, balance_of, ledger_is_consistent, payments_of, wallets_of
from tests.waiting import wait_until

TOTAL, TOP_UP = "1020.00", "50.00"
"""More than the starting balance of 1000.00, and less than both together."""
LEFT_MINOR = 3_000
ROUNDS = 25


def new_user() -> UUID:
    user_id = new_id()
    deliver(user_registered(user_id))
    return user_id


def top_up(app: APIFlask, user_id: UUID) -> None:
    (wallet,) = wallets_of(user_id)
    url = f"/api/v1/wallets/{wallet.id}/top-up"
    assert app.test_client().post(url, json={"amount": TOP_UP}, headers=bearer(user_id)).status_code == 200


def decision(payment: Payment) -> tuple[Any, ...]:
    """All that is ever written down of an attempt."""
    return (payment.id, payment.status, payment.failure_code, payment.version, payment.updated_at)


def settle(fields: dict[str, Any]) -> None:
    """Ask again, then by a new attempt: the first keeps its answer, and the order ends up paid once."""
    order_id = fields["order_id"]
    (first,) = payments_of(order_id)
    answers = set(answers_about(order_id))
    assert answers == {f"payment.{first.status}"}

    deliver(order_placed(**fields))
    deliver(payment_requested(**fields, attempt=2))

    payments = payments_of(order_id)
    assert decision(payments[0]) == decision(first)
    assert [payment.status for payment in payments].count("succeeded") == 1
    assert answers_about(order_id)[-2:] == [f"payment.{first.status}", "payment.succeeded"]
    assert balance_of(fields["user_id"]) == LEFT_MINOR


def test_each_attempt_keeps_the_decision_that_it_got(app: APIFlask) -> None:
    rounds: list[dict[str, Any]] = [
        {"order_id": new_id(), "user_id": new_user(), "total": TOTAL} for _ in range(ROUNDS)
    ]

    for fields in rounds:
        question, money = partial(deliver, order_placed(**fields)), partial(top_up, app, fields["user_id"])
        racers: list[Callable[[], None]] = [question, question, money]
        at_once(racers)

    for fields in rounds:
        settle(fields)
    assert ledger_is_consistent()


@pytest.mark.parametrize(
    ("is_top_up_first", "status", "failure_code"),
    [(True, "succeeded", None), (False, "failed", "insufficient_funds")],
    ids=["top-up first", "payment first"],
)
def test_whoever_stands_first_before_the_wallet_decides(
    app: APIFlask,
    superuser: Psycopg2Connection,
    is_top_up_first: bool,
    status: str,
    failure_code: str | None,
) -> None:
    fields: dict[str, Any] = {"order_id": new_id(), "user_id": new_user(), "total": TOTAL}
    contenders = [partial(top_up, app, fields["user_id"]), partial(deliver, order_placed(**fields))]

    with ThreadPoolExecutor(2) as threads, superuser.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT FROM wallets WHERE user_id = %s FOR UPDATE", (str(fields["user_id"]),))
        waiting = []
        for contender in contenders if is_top_up_first else reversed(contenders):
            waiting.append(threads.submit(contender))
            wait_until(partial(are_waiting, cursor, len(waiting)), timeout_seconds=2)
        cursor.execute("COMMIT")
        for future in waiting:
            future.result(timeout=10)

    (payment,) = payments_of(fields["order_id"])
    assert (payment.status, payment.failure_code) == (status, failure_code)
    settle(fields)
    assert ledger_is_consistent()


def are_waiting(cursor: Any, number: int) -> bool:
    """Whether so many sessions stand before locks, in line: the second waits for the first, and not for the holder."""
    cursor.execute("SELECT pg_stat_clear_snapshot()")  # within a transaction, later connections are not seen otherwise
    cursor.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    return bool(cursor.fetchone()[0] == number)
