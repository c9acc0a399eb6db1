"""The table of counters."""

from datetime import datetime

from sqlalchemy import DateTime, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from auth.database import Model


class ThrottleCounter(Model):
    """How often a key may still be used in its current window. Unlogged: a crash may forget it without harm."""

    __tablename__ = "throttle_counters"

    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    """SHA-256 of what is counted, so that no names and addresses lie about."""
    remaining: Mapped[int]
    resets_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (Index(None, "resets_at"), {"prefixes": ["UNLOGGED"]})
