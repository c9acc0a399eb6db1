"""Reading both databases: one snapshot of each, rows in a stream, nothing written."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from typing import Any, TypeVar

from sqlalchemy import Connection, create_engine, make_url, text
from sqlalchemy.pool import NullPool

from payment.reconciliation.orders import OrderSide, PaymentSide
from servicekit.settings import POSTGRES_CONNECT

SideT = TypeVar("SideT", OrderSide, PaymentSide)

_ROWS_AT_A_TIME = 1000
_LONGEST_STATEMENT_SECONDS = 300

_ORDERS = """
    SELECT id, number, status, payment_status, currency, total_minor, refunded_minor,
        asked_at IS NOT NULL AS is_answer_owed, extract(epoch FROM now() - updated_at)::float8 AS age_seconds
    FROM orders ORDER BY id
"""

# What the shop sold is booked on its sales account, however it was paid.
_CHARGES = """
    WITH sales AS (SELECT id FROM ledger_accounts WHERE kind = 'sales'),
    booked AS (
        SELECT transaction_id, sum(amount_minor) AS minor FROM ledger_entries
        WHERE account_id IN (SELECT id FROM sales) GROUP BY 1
    ),
    returned AS (
        SELECT payment_id, sum(amount_minor) AS minor, -coalesce(sum(booked.minor), 0) AS booked_minor,
            sum(amount_minor) FILTER (WHERE status = 'succeeded') AS succeeded_minor,
            count(*) FILTER (WHERE reason = 'order_closed') AS closing
        FROM refunds LEFT JOIN booked ON booked.transaction_id = refunds.ledger_transaction_id GROUP BY 1
    ),
    charges AS (
        SELECT payments.*, status IN ('succeeded', 'refunded') AS is_captured, booked.minor AS booked_minor
        FROM (
            SELECT id, order_id, attempt, status, amount_minor, currency, refunded_minor, ledger_transaction_id,
                updated_at
            FROM payments
        ) AS payments LEFT JOIN booked ON booked.transaction_id = payments.ledger_transaction_id
    )
    SELECT order_id AS id, count(*) AS payments, count(*) - count(DISTINCT attempt) AS repeated_attempts,
        count(*) FILTER (WHERE is_captured) AS captures,
        max(currency) FILTER (WHERE is_captured) AS currency,
        coalesce(sum(amount_minor) FILTER (WHERE is_captured), 0)::bigint AS captured_minor,
        coalesce(sum(charges.booked_minor) FILTER (WHERE is_captured), 0)::bigint AS captured_booked_minor,
        coalesce(sum(refunded_minor), 0)::bigint AS refunded_minor,
        coalesce(sum(returned.minor), 0)::bigint AS refunds_minor,
        coalesce(sum(returned.succeeded_minor), 0)::bigint AS refunds_succeeded_minor,
        coalesce(sum(returned.booked_minor), 0)::bigint AS refunds_booked_minor,
        coalesce(max(returned.closing), 0) AS closing_refunds,
        extract(epoch FROM now() - max(updated_at))::float8 AS age_seconds
    FROM charges LEFT JOIN returned ON returned.payment_id = charges.id
    GROUP BY order_id ORDER BY order_id
"""


@contextmanager
def snapshot(url: str) -> Iterator[Connection]:
    """A connection that sees the database as it is now, however long the reading takes, and cannot change it."""
    engine = create_engine(
        make_url(url).set(drivername="postgresql+psycopg2"), connect_args=POSTGRES_CONNECT, poolclass=NullPool
    )
    with engine.connect().execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True) as connection:
        connection.execute(text(f"SET LOCAL statement_timeout = '{_LONGEST_STATEMENT_SECONDS}s'"))
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))  # it waits for the other database
        connection.execute(text("SET LOCAL cursor_tuple_fraction = 1"))  # the streams are read to their ends
        connection.execute(text("SELECT 1"))  # from here on the snapshot stands
        yield connection
    engine.dispose()


def orders(connection: Connection) -> Iterator[OrderSide]:
    """By id."""
    return _stream(connection, _ORDERS, OrderSide)


def charges(connection: Connection) -> Iterator[PaymentSide]:
    """By order id."""
    return _stream(connection, _CHARGES, PaymentSide)


def _stream(connection: Connection, query: str, side_class: type[SideT]) -> Iterator[SideT]:
    names = [field.name for field in fields(side_class)]
    with connection.execute(text(query), execution_options={"yield_per": _ROWS_AT_A_TIME}) as result:
        for row in result.mappings():
            yield side_class(**{name: row[name] for name in names})


def rows(connection: Connection, query: str) -> list[Any]:
    return list(connection.execute(text(query)))
