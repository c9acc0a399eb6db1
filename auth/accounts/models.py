"""The table of users."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, DateTime, Index, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from auth.database import Model
from servicekit.principal import Role

_LIVE = text("deleted_at IS NULL")
_FINDABLE = text("deleted_at IS NULL AND is_active AND is_searchable")


class User(Model):
    """An account with its profile. A deleted one stays as a row without personal data: others refer to its id.

    User name and e-mail address are unique among live accounts whatever their case, and keep the case they were given
    in. `version` counts the changes that others are told of.
    """

    __tablename__ = "users"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text)
    email_verified_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    password_hash: Mapped[str] = mapped_column(Text)
    role: Mapped[Role] = mapped_column(Text, server_default="customer")
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    first_name: Mapped[str | None] = mapped_column(Text)
    last_name: Mapped[str | None] = mapped_column(Text)
    display_name: Mapped[str | None] = mapped_column(Text)
    bio: Mapped[str | None] = mapped_column(Text)
    location: Mapped[str | None] = mapped_column(Text)
    website: Mapped[str | None] = mapped_column(Text)
    phone_number: Mapped[str | None] = mapped_column(Text)
    address: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    names: Mapped[str] = mapped_column(
        Text, Computed("lower(username || ' ' || COALESCE(display_name, ''))", persisted=True), deferred=True
    )
    """What the search looks through."""
    is_searchable: Mapped[bool] = mapped_column(server_default=text("true"))
    version: Mapped[int] = mapped_column(server_default=text("1"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    deleted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    @property
    def email_verified(self) -> bool:
        return self.email_verified_at is not None

    @property
    def deleted(self) -> bool:
        return self.deleted_at is not None

    __table_args__ = (
        # The order matters: PostgreSQL checks the indexes in it, so an account that exists is reported by its name.
        Index("users_username_key", func.lower(username), unique=True, postgresql_where=_LIVE),
        Index("users_email_key", func.lower(email), unique=True, postgresql_where=_LIVE),
        Index("users_created_at_idx", "created_at", "id"),
        Index(
            "users_names_trgm_idx",
            names,
            postgresql_using="gin",
            postgresql_ops={"names": "gin_trgm_ops"},
            postgresql_where=_FINDABLE,
        ),
        Index("users_admins_idx", "id", postgresql_where=text("role = 'admin'")),
        CheckConstraint("role IN ('customer', 'staff', 'admin')", name="role"),
        CheckConstraint(r"username ~ '^[A-Za-z0-9._-]{3,32}$'", name="username"),
    )
