"""Writing a new order: its row, its lines, and the first entry of its timeline."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from psycopg2.extras import Json

from product.orders.models import Order, OrderEvent, OrderLine
from product.postgresql.prepared import Prepared

# One statement for three tables. Three inserts by the ORM cost more time than all the rest of the request together,
# and the stock that other buyers wait for is locked meanwhile.
_INSERT = Prepared(
    "insert_order",
    """
    WITH order_row AS (
        INSERT INTO orders (id, user_id, status, payment_status, fulfillment_status, currency, total_minor,
            payment_method, refunded_minor, attempt, failure_code, failure_message, cancellation_reason, carrier,
            tracking, version, payment_deadline)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s,
            statement_timestamp() + make_interval(secs => %s))
        RETURNING number, payment_deadline, asked_at, placed_at, updated_at
    ), line_rows AS (
        INSERT INTO order_lines (order_id, product_id, sku, name, quantity, unit_price_minor, currency)
        SELECT %s::uuid, line.*
        FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::int[], %s::bigint[], %s::text[]) AS line
    ), entry_row AS (
        INSERT INTO order_events (order_id, type, status, payment_status, fulfillment_status, cause, actor_id,
            published_id, detail)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
    )
    TABLE order_row
    """,
)


def insert(order: Order, lines: Sequence[OrderLine], entry: OrderEvent, *, payment_within_seconds: float) -> None:
    """Gives the order its number and its times. Runs in the caller's transaction."""
    order_values: list[Any] = [
        order.pk, order.user_id, order.status, order.payment_status, order.fulfillment_status, order.currency,
        order.total_minor, order.payment_method, order.refunded_minor, order.attempt, order.failure_code,
        order.failure_message, order.cancellation_reason, order.carrier, order.tracking, order.version,
        payment_within_seconds,
    ]  # fmt: skip
    line_columns: list[list[Any]] = [
        [getattr(line, column) for line in lines]
        for column in ("product_id", "sku", "name", "quantity", "unit_price_minor", "currency")
    ]
    entry_values: list[Any] = [
        order.pk, entry.type, entry.status, entry.payment_status, entry.fulfillment_status, entry.cause,
        entry.actor_id, entry.published_id, Json(entry.detail),
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [*order_values, order.pk, *line_columns, *entry_values])
        order.number, order.payment_deadline, order.asked_at, order.placed_at, order.updated_at = cursor.fetchone()
    order._state.adding = False
