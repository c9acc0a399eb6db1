"""The table of e-mails that are still to be sent."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, SmallInteger, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column

from auth.database import Model

MailKind = Literal["reset_password", "confirm_email", "change_email", "email_changed"]


class MailRequest(Model):
    """An e-mail that somebody asked for, written in the transaction of what causes it, and removed once it is sent.

    It holds no text and no token: both are made at the time of sending, so that no usable token is ever stored. Without
    `user_id` the address is all that was given, and nobody has looked whether there is an account with it.
    """

    __tablename__ = "mail_requests"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[MailKind] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    due_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))

    __table_args__ = (Index(None, "due_at"), Index(None, "user_id"))
