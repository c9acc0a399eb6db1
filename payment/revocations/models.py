"""The table of ended sessions. It looks the same in every service: servicekit's plain SQL relies on its names."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, func
from sqlalchemy.orm import Mapped, mapped_column

from payment.database import Model


class RevokedSession(Model):
    """A session whose access tokens are refused. The row may go some minutes after the last of them has expired."""

    __tablename__ = "revoked_sessions"
    __table_args__ = (Index("revoked_sessions_by_end", "until"), Index("revoked_sessions_by_age", "recorded_at"))

    session_id: Mapped[UUID] = mapped_column(primary_key=True)
    until: Mapped[datetime]
    """When the last of the session's tokens is believed no longer, whether it was revoked or not."""
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
