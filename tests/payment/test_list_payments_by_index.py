"""Lists of payments stay quick, however many there are: a page is found by an index."""

import os
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg2.extensions import connection as Psycopg2Connection  # noqa: N812
from sqlalchemy.dialects import postgresql

from payment.payments.models import Payment
from payment.payments.queries import payments_visible_to
from servicekit.principal import Principal

PAYMENTS = int(os.environ.get("LISTED_PAYMENTS", "20000"))
"""Also tried with 200,000."""
PAGE = 20

# Every hundredth has failed, most of these orders were closed later; some were voided, refunded, or paid by card.
_PAYMENTS = """
    SET session_replication_role = replica;
    CREATE TEMPORARY TABLE generated AS
        SELECT number, 'order' || number AS name, CASE
            WHEN number %% 100 = 0 THEN 'failed' WHEN number %% 100 = 1 THEN 'voided'
            WHEN number %% 100 = 2 THEN 'refunded' ELSE 'succeeded' END AS status
        FROM generate_series(1, %(payments)s) AS number;
    INSERT INTO orders (id, closed_at)
        SELECT md5(name)::uuid, CASE WHEN status = 'voided' OR status = 'failed' AND number %% 1000 > 0 THEN now() END
        FROM generated;
    INSERT INTO payments (id, order_id, attempt, user_id, amount_minor, currency, method, status, failure_code,
            refunded_minor, ledger_transaction_id, wallet_id)
        SELECT lpad(to_hex(number), 32, '0')::uuid, md5(name)::uuid, CASE WHEN status = 'voided' THEN 0 ELSE 1 END,
            md5('user' || number %% (%(payments)s / 20))::uuid, 1999, 'EUR',
            CASE WHEN number %% 50 = 3 THEN 'sandbox-card' ELSE 'wallet' END, status,
            CASE WHEN status = 'failed' THEN 'insufficient_funds' END,
            CASE WHEN status = 'refunded' THEN 1999 ELSE 0 END,
            CASE WHEN status IN ('succeeded', 'refunded') THEN md5('ledger' || number)::uuid END,
            CASE WHEN status IN ('succeeded', 'refunded') AND number %% 50 <> 3 THEN md5('wallet' || number)::uuid END
        FROM generated;
    DROP TABLE generated;
    ANALYZE orders, payments;
    SET session_replication_role = DEFAULT;
"""

LISTS: list[tuple[str, dict[str, Any], str]] = [
    ("customer", {}, "payments_of_user"),
    ("customer", {"status": "unpaid"}, "payments_of_user"),
    ("customer", {"method": "wallet"}, "payments_of_user"),
    ("staff", {}, "payments_pkey"),
    ("staff", {"status": "succeeded"}, "payments_pkey"),
    ("staff", {"status": "unpaid"}, "payments_unpaid"),
    ("staff", {"status": "pending"}, "payments_unpaid"),
    ("staff", {"status": "failed"}, "payments_unpaid"),
    ("staff", {"status": "voided"}, "payments_undone"),
    ("staff", {"status": "refunded"}, "payments_undone"),
    ("staff", {"order_id": True}, "payments_order_attempt_key"),
    ("staff", {"method": "wallet"}, "payments_pkey"),
    ("staff", {"method": "sandbox-card"}, "payments_by_provider"),
    ("staff", {"method": "nobody-s"}, "payments_by_provider"),
]


@pytest.fixture
def cursor(superuser: Psycopg2Connection) -> Any:
    with superuser.cursor() as cursor:
        cursor.execute(_PAYMENTS, {"payments": PAYMENTS})
        yield cursor


def scans_of(cursor: Any, role: Any, filters: dict[str, Any]) -> set[tuple[str, str | None]]:
    """How the first page of the list is read: kinds of steps, and the indexes that they use."""
    cursor.execute("SELECT order_id, user_id FROM payments WHERE attempt > 0 LIMIT 1")
    order_id, user_id = (UUID(str(value)) for value in cursor.fetchone())
    if "order_id" in filters:
        filters = filters | {"order_id": order_id}
    viewer = Principal(user_id=user_id, username="ada", role=role, session_id=uuid4(), token_id="t")
    statement = payments_visible_to(viewer, **filters).order_by(Payment.id.desc()).limit(PAGE + 1)
    sql = statement.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})  # type: ignore[no-untyped-call]
    cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
    return {(step["Node Type"], step.get("Index Name")) for step in steps(cursor.fetchone()[0][0]["Plan"])}


def steps(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(step for child in plan.get("Plans", ()) for step in steps(child))]


def test_each_list_is_read_along_an_index(cursor: Any) -> None:
    for role, filters, index in LISTS:
        scans = scans_of(cursor, role, filters)

        assert index in {name for _, name in scans}, (role, filters, scans)
        assert "Seq Scan" not in {kind for kind, _ in scans}, (role, filters, scans)
