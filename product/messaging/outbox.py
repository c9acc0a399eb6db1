"""Sending: an event becomes a row in the transaction of the change that it tells of. The relay does the rest."""

from typing import Any

from django.db import connection

from product.messaging.models import OutboxEvent
from servicekit.contracts import CloudEvent
from servicekit.outbox import OutboxRow, OutsideTransaction


def record(*events: CloudEvent[Any]) -> None:
    """Write the events, in one statement. Raises `OutsideTransaction`."""
    if not connection.in_atomic_block:
        raise OutsideTransaction("an event needs the transaction of its change")
    OutboxEvent.objects.bulk_create(OutboxEvent(**OutboxRow.of(event).values()) for event in events)
