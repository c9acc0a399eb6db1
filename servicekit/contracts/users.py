"""Events of the auth service: users and sessions."""

from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from servicekit.contracts.event_data import EventData
from servicekit.text import Text


class _UserEvent(EventData):
    producer: ClassVar[str] = "auth"
    subject_field: ClassVar[str] = "user_id"

    user_id: UUID


class UserRegistered(_UserEvent):
    """An account was created. Payment opens a wallet with the starting balance."""

    type: ClassVar[str] = "user.registered"

    username: Text
    email: Text


class UserUpdated(_UserEvent):
    """An account changed. Carries the names of the changed fields, and the values that other services may show."""

    type: ClassVar[str] = "user.updated"

    version: int
    changed_fields: tuple[str, ...]
    username: Text | None = None
    email: Text | None = None


class UserDeleted(_UserEvent):
    """An account was deleted. Payment freezes its wallets, product cancels its unpaid orders."""

    type: ClassVar[str] = "user.deleted"


class SessionRevoked(_UserEvent):
    """A session ended early. Its access tokens are to be refused until `until`, when the last of them has expired."""

    type: ClassVar[str] = "session.revoked"

    session_id: UUID
    until: AwareDatetime
