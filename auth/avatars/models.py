"""The table of avatars, empty when they are kept in a folder."""

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from auth.database import Model


class Avatar(Model):
    """A user's picture, as WebP."""

    __tablename__ = "avatars"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    image: Mapped[bytes]
