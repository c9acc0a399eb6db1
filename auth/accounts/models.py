"""The table of users."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, Index, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column

from auth.database import Model
from servicekit.tokens import Role


class User(Model):
    """An account. User name and e-mail address are unique whatever their case, and keep the case they were given in."""

    __tablename__ = "users"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str] = mapped_column(Text)
    role: Mapped[Role] = mapped_column(Text, server_default="customer")
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    first_name: Mapped[str | None] = mapped_column(Text)
    last_name: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(server_default=text("1"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

    __table_args__ = (
        # The order matters: PostgreSQL checks the indexes in it, so an account that exists is reported by its name.
        Index("users_username_key", func.lower(username), unique=True),
        Index("users_email_key", func.lower(email), unique=True),
        CheckConstraint("role IN ('customer', 'staff', 'admin')", name="role"),
        CheckConstraint(r"username ~ '^[A-Za-z0-9._-]{3,32}$'", name="username"),
    )
