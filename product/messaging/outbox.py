"""Sending: an event becomes a row in the transaction of the change that it tells of. The relay does the rest."""

from typing import Any

from django.db import connection

from product.postgresql.prepared import Prepared
from product.webhooks.services import RECEIVERS, enqueue_for
from servicekit.contracts import CloudEvent
from servicekit.outbox import OutboxRow, OutsideTransaction

# By hand, because every order waits for it: the ORM takes five times as long over one row.
# One round trip: receivers of webhooks are looked up with it, and mostly there are none.
_INSERT = Prepared(
    "insert_events",
    """
    INSERT INTO outbox_events (event_id, type, correlation_id, body)
    SELECT * FROM unnest(%s::uuid[], %s::text[], %s::uuid[], %s::text[])
    """,
    RECEIVERS,
)


def record(*events: CloudEvent[Any]) -> None:
    """Write the events, for the relay and for webhooks. Raises `OutsideTransaction`."""
    if not connection.in_atomic_block:
        raise OutsideTransaction("an event needs the transaction of its change")
    if not events:
        return
    rows = [OutboxRow.of(event) for event in events]
    columns = [[getattr(row, name) for row in rows] for name in ("event_id", "type", "correlation_id", "body")]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [*columns, columns[1]])
        receivers = cursor.fetchall()
    enqueue_for(receivers, events=events)
