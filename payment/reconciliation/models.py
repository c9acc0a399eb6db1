"""The table of reconciliations: asked for by staff or due by the hour, done by the clock process."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import func

from payment.database import Model


class ReconciliationRun(Model):
    """One reconciliation and its result. At most one at a time is not finished."""

    __tablename__ = "reconciliation_runs"
    __table_args__ = (
        Index(
            "reconciliation_runs_one_open",
            text("(finished_at IS NULL)"),
            unique=True,
            postgresql_where=text("finished_at IS NULL"),
        ),
        Index("reconciliation_runs_by_end", "finished_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    requested_by: Mapped[UUID | None]
    """Who has asked for it; null when the hour has."""
    requested_at: Mapped[datetime] = mapped_column(server_default=func.now())
    claimed_until: Mapped[datetime | None]
    """Until then somebody is at work on it, or has died."""
    finished_at: Mapped[datetime | None]
    error: Mapped[str | None]
    """Why it came to no result."""
    orders: Mapped[int | None]
    payments: Mapped[int | None]
    entries: Mapped[int | None]
    wallets: Mapped[int | None]
    under_way: Mapped[int | None]
    duration_seconds: Mapped[float | None]
    findings_count: Mapped[int | None]
    findings: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB)
    """The first of them, as `Finding` has them, with what their codes mean."""
