"""Reconciliations are done every hour, and when staff asks; their results are kept for staff to see."""

from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.sql import func, text

from payment.database import transaction
from payment.reconciliation.findings import Finding, money
from payment.reconciliation.models import ReconciliationRun
from payment.reconciliation.queries import Counts, Outcome
from payment.reconciliation.reconciler import run_next
from payment.reconciliation.services import LEASE_SECONDS, claim_run, record_outcome
from servicekit.ids import new_id
from stack.provisioning import DatabaseUrls
from tests.payment.factories import bearer
from tests.servers import new_database

PATH = "/api/v1/operations/reconciliation"
STAFF = bearer(role="staff")
HOUR = 3600


@pytest.fixture(scope="session")
def orders_url(worker_name: str) -> str:
    """A product database without its tables: nothing can be compared with it."""
    return new_database("product", f"unmigrated_{worker_name}").auditor


def ages(seconds: int) -> None:
    """Let time pass for all runs."""
    moment = func.now() - text(f"interval '{seconds} seconds'")
    with transaction() as session:
        session.execute(
            update(ReconciliationRun).values(finished_at=moment).where(ReconciliationRun.finished_at.is_not(None))
        )
        session.execute(
            update(ReconciliationRun).values(
                claimed_until=ReconciliationRun.claimed_until - text(f"interval '{seconds} seconds'")
            )
        )


def finish(run_id: UUID | None, *findings: Finding) -> None:
    assert run_id is not None
    counts = Counts(orders=7, payments=6, under_way=1, entries=12, wallets=3)
    record_outcome(run_id=run_id, outcome=Outcome(counts, len(findings), list(findings), 0.25))


def test_the_first_is_due_at_once_and_the_next_after_an_hour() -> None:
    finish(claim_run(every_seconds=HOUR))
    at_once = claim_run(every_seconds=HOUR)
    ages(HOUR)

    assert at_once is None
    assert claim_run(every_seconds=HOUR) is not None


def test_one_at_a_time_is_under_way_until_its_taker_has_died() -> None:
    first = claim_run(every_seconds=HOUR)
    meanwhile = claim_run(every_seconds=HOUR)
    ages(LEASE_SECONDS + 1)

    assert meanwhile is None
    assert claim_run(every_seconds=HOUR) == first


def test_staff_sees_what_was_found_and_which_orders_it_is_about(client: FlaskClient) -> None:
    order_id = new_id()
    finish(
        claim_run(every_seconds=HOUR),
        Finding("unanswered", "order", "2026-000007", {"total": money(900, "EUR")}, order_id),
        Finding("stock_differs", "product", "1", {"on_hand": 3, "came_in": 4}),
    )

    state = client.get(PATH, headers=STAFF).get_json()

    latest = state["latest"]
    assert (latest["orders"], latest["payments"], latest["under_way"], latest["findings_count"]) == (7, 6, 1, 2)
    assert [(found["code"], found["order_id"]) for found in latest["findings"]] == [
        ("unanswered", str(order_id)),
        ("stock_differs", None),
    ]
    assert latest["findings"][0]["meaning"] == "payment owes an answer about the order"
    assert [(found["subject"], found["detail"]) for found in latest["findings"]] == [
        ("order 2026-000007", "total 9.00 EUR"),
        ("product 1", "on hand 3, came in 4"),
    ]
    assert latest["findings"][0]["facts"] == {"total": {"amount": "9.00", "currency": "EUR"}}
    assert (state["failed"], state["pending"]) == (None, None)


def test_nothing_is_known_before_the_first(client: FlaskClient) -> None:
    assert client.get(PATH, headers=STAFF).get_json() == {"latest": None, "failed": None, "pending": None}


def test_staff_asks_for_one_and_asking_twice_asks_for_the_same(client: FlaskClient) -> None:
    finish(claim_run(every_seconds=HOUR))

    first, second = (client.post(PATH, headers=STAFF) for _ in range(2))

    assert (first.status_code, second.status_code) == (202, 202)
    pending = first.get_json()["pending"]
    assert pending["is_under_way"] is False
    assert second.get_json()["pending"] == pending
    assert claim_run(every_seconds=HOUR) == UUID(pending["id"])
    assert client.get(PATH, headers=STAFF).get_json()["pending"]["is_under_way"] is True


def test_who_asked_is_kept(client: FlaskClient) -> None:
    client.post(PATH, headers=STAFF)

    with transaction() as session:
        assert session.scalars(select(ReconciliationRun.requested_by)).one() is not None


def test_a_result_is_kept_once(client: FlaskClient) -> None:
    run_id = claim_run(every_seconds=HOUR)
    finish(run_id)
    finish(run_id, Finding("unanswered", "order", "1", {}))

    assert client.get(PATH, headers=STAFF).get_json()["latest"]["findings_count"] == 0


def test_a_database_that_cannot_be_read_is_told_beside_the_last_result(
    client: FlaskClient, database_urls: DatabaseUrls, orders_url: str
) -> None:
    finish(claim_run(every_seconds=HOUR))
    client.post(PATH, headers=STAFF)

    has_run = run_next(orders_url=orders_url, payments_url=database_urls.auditor, every_seconds=HOUR)

    state = client.get(PATH, headers=STAFF).get_json()
    assert has_run
    assert (state["failed"]["error"], state["failed"]["findings"]) == ("UndefinedTable", None)
    assert state["latest"]["orders"] == 7
    assert claim_run(every_seconds=HOUR) is None
    ages(61)
    assert claim_run(every_seconds=HOUR) is None, "the last result is not an hour old"


def test_without_any_result_it_is_tried_again_after_a_minute(
    client: FlaskClient, database_urls: DatabaseUrls, orders_url: str
) -> None:
    run_next(orders_url=orders_url, payments_url=database_urls.auditor, every_seconds=HOUR)
    ages(61)

    assert claim_run(every_seconds=HOUR) is not None
    assert client.get(PATH, headers=STAFF).get_json()["latest"] is None


@pytest.mark.parametrize("method", ["get", "post"])
def test_is_for_staff_only(client: FlaskClient, method: str) -> None:
    assert getattr(client, method)(PATH, headers=bearer()).status_code == 403
