"""The tables of sessions and of the refresh tokens that keep them alive."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, ForeignKey, Index, LargeBinary, Text, func
from sqlalchemy.orm import Mapped, mapped_column

from auth.database import Model


class UserSession(Model):
    """One sign-in. Its id is the `sid` of the tokens that came of it; they are good no longer than it is."""

    __tablename__ = "sessions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    device_type: Mapped[str | None] = mapped_column(Text)
    os: Mapped[str | None] = mapped_column(Text)
    client: Mapped[str | None] = mapped_column(Text)
    address: Mapped[str | None] = mapped_column(Text)
    refresh_secret: Mapped[bytes] = mapped_column(LargeBinary)
    """From a refresh token and this follows its successor. Neither of the two is enough alone."""
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    last_seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    tokens_expire_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    """When the last of its access tokens expires."""
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (Index(None, "user_id"), Index(None, "expires_at"))


IS_LIVE: tuple[ColumnElement[bool], ...] = (UserSession.ended_at.is_(None), UserSession.expires_at > func.now())
"""Neither ended nor expired."""


class RevokedSession(Model):
    """A session that ended before its access tokens expire. Stays when the session's own row is erased."""

    __tablename__ = "revoked_sessions"

    session_id: Mapped[UUID] = mapped_column(primary_key=True)
    until: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    """When the last of its tokens is believed no longer."""

    __table_args__ = (Index(None, "until"),)


class RefreshToken(Model):
    """A refresh token that was given out. All those of a session are one family; the one without successor is live."""

    __tablename__ = "refresh_tokens"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    """SHA-256. The token itself has 256 random bits: nothing slower is needed."""
    session_id: Mapped[UUID] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"))
    rotated_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    rotated_by: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Fingerprint of the client that received the successor."""

    __table_args__ = (Index(None, "session_id"),)
