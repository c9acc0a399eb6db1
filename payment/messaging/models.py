"""The three tables of messaging. They look the same in every service: servicekit's plain SQL relies on their names."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Identity, Index, LargeBinary, SmallInteger, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from payment.database import Model


class OutboxEvent(Model):
    """An event that is to be published. The relay fills in what becomes of it."""

    __tablename__ = "outbox_events"
    __table_args__ = (
        Index("outbox_events_waiting", "id", postgresql_where=text("published_at IS NULL AND failed_at IS NULL")),
        Index("outbox_events_failed", "id", postgresql_where=text("failed_at IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    event_id: Mapped[UUID] = mapped_column(unique=True)
    type: Mapped[str]
    correlation_id: Mapped[UUID | None] = mapped_column(index=True)
    body: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    claimed_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    published_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    last_error: Mapped[str | None]


class InboxMessage(Model):
    """A message that was processed. Written in the transaction of its effect; the primary key decides who is first."""

    __tablename__ = "inbox_messages"

    consumer: Mapped[str] = mapped_column(primary_key=True)
    message_id: Mapped[UUID] = mapped_column(primary_key=True)
    body_hash: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ParkedMessage(Model):
    """A message that could not be processed, kept with the reason until an operator replays or discards it."""

    __tablename__ = "parked_messages"
    __table_args__ = (
        Index(
            "parked_messages_open", "consumer", "body_hash", unique=True, postgresql_where=text("resolved_at IS NULL")
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    consumer: Mapped[str]
    message_id: Mapped[str | None]
    type: Mapped[str | None]
    reason: Mapped[str]
    detail: Mapped[str]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    body_hash: Mapped[bytes] = mapped_column(LargeBinary)
    headers: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    parked_at: Mapped[datetime] = mapped_column(server_default=func.now())
    resolved_at: Mapped[datetime | None]
    resolution: Mapped[str | None]
    note: Mapped[str | None]
