"""The table of preferences."""

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Text, false, text, true
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from auth.database import Model


class Preferences(Model):
    """A user's preferences. The row is made when the first one is changed; until then the defaults hold."""

    __tablename__ = "preferences"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[str] = mapped_column(Text, server_default="en")
    timezone: Mapped[str] = mapped_column(Text, server_default="UTC")
    theme: Mapped[str] = mapped_column(Text, server_default="system")
    date_format: Mapped[str] = mapped_column(Text, server_default="YYYY-MM-DD")
    time_format: Mapped[str] = mapped_column(Text, server_default="24h")
    email_notifications: Mapped[bool] = mapped_column(server_default=true())
    push_notifications: Mapped[bool] = mapped_column(server_default=false())
    sms_notifications: Mapped[bool] = mapped_column(server_default=false())
    newsletter: Mapped[bool] = mapped_column(server_default=false())
    marketing: Mapped[bool] = mapped_column(server_default=false())
    custom_settings: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
