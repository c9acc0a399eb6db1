"""The envelope: CloudEvents 1.0 in structured JSON, with the extensions that let one purchase be followed."""

from datetime import UTC, datetime
from typing import Generic, Literal, Protocol, Self, TypeVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict

from servicekit.contracts.event_data import EventData
from servicekit.ids import new_id
from servicekit.text import Text
from servicekit.tracing import current_traceparent

CONTENT_TYPE = "application/cloudevents+json"

DataT = TypeVar("DataT", bound=EventData, covariant=True)


class Cause(Protocol):
    """The received message that a new event answers or follows from."""

    @property
    def event_id(self) -> UUID: ...
    @property
    def traceparent(self) -> str | None: ...


def source_of(service: str) -> str:
    """The `source` of all events of a service."""
    return f"storefront/{service}"


class CloudEvent(BaseModel, Generic[DataT]):
    """One event. Attribute names are those of the CloudEvents specification: lower case, no underscores.

    `sequence` is the version of the aggregate, `correlationid` the order, `causationid` the event that caused this one.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: Literal["1.0"] = "1.0"
    id: UUID
    source: Text
    type: Text
    subject: Text
    time: AwareDatetime
    datacontenttype: Literal["application/json"] = "application/json"
    sequence: str | None = None
    correlationid: UUID | None = None
    causationid: UUID | None = None
    traceparent: str | None = None
    data: DataT

    @classmethod
    def of(
        cls,
        data: DataT,  # type: ignore[misc]  # covariant, as the events are immutable
        *,
        sequence: int | None = None,
        cause: Cause | None = None,
        event_id: UUID | None = None,
    ) -> Self:
        """Wrap `data` in a new event: a fresh id unless one is given, now, and the trace and cause it belongs to.

        Without a `cause` the event joins the trace of the current span, such as the HTTP request at hand.
        """
        return cls(
            id=event_id or new_id(),
            source=source_of(data.producer),
            type=data.type,
            subject=data.subject,
            time=datetime.now(UTC),
            sequence=None if sequence is None else str(sequence),
            correlationid=data.correlation_id,
            causationid=None if cause is None else cause.event_id,
            traceparent=current_traceparent() if cause is None else cause.traceparent,
            data=data,
        )

    def to_json(self) -> str:
        """The wire form. Absent extensions are left out, as CloudEvents asks."""
        return self.model_dump_json(exclude_none=True)
