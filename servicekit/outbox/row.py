"""What a service inserts into its `outbox_events` table, in the transaction of the change that the event tells of."""

from dataclasses import dataclass, fields
from typing import Any, Self
from uuid import UUID

from servicekit.contracts import CloudEvent, EventData

ERASED_BODY = "{}"
"""What an event that was sent holds after the person it tells of is forgotten. It is not sent again."""


class OutsideTransaction(RuntimeError):
    """An event was recorded without an open transaction: it could be lost, or tell of a change that never came."""


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """The columns that the recording service fills; the database fills the rest."""

    event_id: UUID
    type: str
    correlation_id: UUID | None
    body: str

    @classmethod
    def of(cls, event: CloudEvent[EventData]) -> Self:
        return cls(event.id, event.type, event.correlationid, event.to_json())

    def values(self) -> dict[str, Any]:
        """Column names and values, for an ORM's insert. Not by `asdict`, which would copy every value deeply."""
        return {field.name: getattr(self, field.name) for field in fields(self)}
