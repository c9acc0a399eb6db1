"""Outbox and parked messages over the wire."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator

from payment.pagination import Page
from servicekit.text import Text


class OutboxState(BaseModel):
    """`failed` events were refused by the broker five times and wait for an operator."""

    model_config = ConfigDict(from_attributes=True)

    waiting: int
    failed: int
    oldest_waiting_seconds: float | None


class ParkedMessageSummary(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    consumer: str
    message_id: str | None
    type: str | None
    reason: str
    detail: str
    parked_at: datetime


class ParkedMessageDetail(ParkedMessageSummary):
    """`body` is text; bytes that are none are replaced."""

    body: str
    headers: dict[str, Any]
    resolved_at: datetime | None
    resolution: Literal["replayed", "discarded"] | None
    note: str | None

    @field_validator("body", mode="before")
    @classmethod
    def _as_text(cls, body: bytes | str) -> str:
        return body if isinstance(body, str) else bytes(body).decode("utf-8", "replace")


class ParkedMessagePage(Page[ParkedMessageSummary]):
    """The newest first. `count`: of all pages."""

    count: int = 0


class ReplayQuery(BaseModel):
    after: UUID | None = Field(None, description="`last` of an earlier call: go on behind it.")


class ReplaysResult(BaseModel):
    """`unprocessable` messages stay parked; `untried` ones were left for a call that goes on after `last`."""

    model_config = ConfigDict(from_attributes=True)

    replayed: int
    unprocessable: int
    untried: int
    last: UUID | None


class RetriedEvents(BaseModel):
    retried: int


class DiscardQuery(BaseModel):
    reason: Text = Field(min_length=1, max_length=500, description="Why the message is given up. Kept.")
