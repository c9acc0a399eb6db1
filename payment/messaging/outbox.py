"""Recording events: rows in the transaction of the change that they tell of. The relay process does the rest."""

from collections.abc import Sequence

from payment.database import insert_rows
from payment.messaging.models import OutboxEvent
from servicekit.contracts import CloudEvent, EventData
from servicekit.outbox import OutboxRow


def record(events: Sequence[CloudEvent[EventData]]) -> None:
    """Write the events into the outbox, in this order. Raises `OutsideTransaction` when none is open."""
    insert_rows(OutboxEvent, [OutboxRow.of(event).values() for event in events])
