"""The outbox table. Its columns are the contract with the relay (`servicekit/outbox/store.py`), alike everywhere."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Identity, Index, SmallInteger, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column

from auth.database import Model


class OutboxEvent(Model):
    """An event that is to be sent, written in the transaction of the change it tells of."""

    __tablename__ = "outbox_events"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    event_id: Mapped[UUID] = mapped_column(unique=True)
    type: Mapped[str] = mapped_column(Text)
    correlation_id: Mapped[UUID | None]
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    claimed_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    published_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    failed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_error: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        Index("outbox_events_waiting", "id", postgresql_where=text("published_at IS NULL AND failed_at IS NULL")),
        Index("outbox_events_failed", "id", postgresql_where=text("failed_at IS NOT NULL")),
        Index(None, "correlation_id"),
    )
