"""From bytes off a queue to a checked event, or to the reason why they cannot be one."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from opentelemetry.trace import Span, SpanKind
from pydantic import ValidationError
from pydantic_core import from_json

from servicekit.contracts import EVENTS, CloudEvent, EventData
from servicekit.tracing import start_span, traceparent_of

DataT = TypeVar("DataT", bound=EventData, covariant=True)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message as the broker handed it over, not yet looked into."""

    queue: str
    body: bytes
    message_id: str | None = None
    type: str | None = None
    headers: Mapping[str, Any] | None = None

    @property
    def body_hash(self) -> bytes:
        return hashlib.sha256(self.body).digest()


@dataclass(frozen=True, slots=True)
class Incoming(Generic[DataT]):
    """A message that is an event of the contract. Serves as the `cause` of the events it leads to."""

    delivery: Delivery
    event: CloudEvent[DataT]
    span: Span

    @property
    def data(self) -> DataT:
        return self.event.data

    @property
    def event_id(self) -> UUID:
        return self.event.id

    @property
    def traceparent(self) -> str | None:
        return traceparent_of(self.span)


class ContentError(Exception):
    """The message itself is wrong and will be so for ever: it is parked, never retried."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


_MODELS: dict[str, type[CloudEvent[EventData]]] = {name: CloudEvent[data_class] for name, data_class in EVENTS.items()}  # type: ignore[valid-type]


def read(delivery: Delivery) -> Incoming[EventData]:
    """Check the message against the contract of its type. Raises `ContentError`. The caller ends the span."""
    try:
        content = from_json(delivery.body, allow_inf_nan=False)
    except ValueError as error:
        raise ContentError("not_json", str(error)[:200]) from error
    event_type = content.get("type") if isinstance(content, dict) else None
    model = _MODELS.get(event_type) if isinstance(event_type, str) else None
    if model is None:
        raise ContentError("unknown_type", "the contract has no such event type")
    try:
        event = model.model_validate(content)
    except ValidationError as error:
        raise ContentError("schema_violation", _summary(error)) from error
    span = start_span(
        f"process {event.type}",
        kind=SpanKind.CONSUMER,
        traceparent=event.traceparent,
        **{
            "messaging.system": "rabbitmq",
            "messaging.destination.name": delivery.queue,
            "messaging.message.id": str(event.id),
        },
    )
    return Incoming(delivery, event, span)


def _summary(error: ValidationError) -> str:
    """What is wrong and where, without the values: they may be personal."""
    faults = (f"{'/'.join(map(str, fault['loc'])) or 'event'}: {fault['msg']}" for fault in error.errors()[:5])
    return "; ".join(faults)[:500].replace("\x00", "")
