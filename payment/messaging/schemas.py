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
    """The newest first."""


class DiscardQuery(BaseModel):
    reason: Text = Field(min_length=1, max_length=500, description="Why the message is given up. Kept.")
