"""Changing a profile, and by admins what the user may do."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import structlog

from auth.accounts.events import user_updated
from auth.accounts.models import User
from auth.accounts.queries import lock_user, refuse_to_lose_last_admin
from auth.database import transaction
from auth.messaging import outbox
from auth.sessions.services import end_sessions

_RIGHTS = frozenset({"role", "is_active"})

_log = structlog.get_logger(__name__)


async def update_user(*, user_id: UUID, changes: Mapping[str, Any]) -> User:
    """Set the given fields, and tell the others which of them changed (`user.updated`) if any did.

    Another role, or none because the account is blocked, ends the user's sessions: their tokens name the old one.
    Raises `NotFound` and `LastAdmin`.
    """
    async with transaction() as session:
        if changes.get("role", "admin") != "admin" or not changes.get("is_active", True):
            await refuse_to_lose_last_admin(session, user_id)
        user = await lock_user(session, user_id)
        changed = {name for name, value in changes.items() if _set(user, name, value)}
        if changed & _RIGHTS:
            await end_sessions(session, user_id=user_id)
        if changed:
            user.version += 1
            await outbox.record(session, user_updated(user, changed))
    _log.info("user.updated", user_id=str(user_id), changed=sorted(changed))
    return user


def _set(user: User, name: str, value: Any) -> bool:
    """Whether the field has another value now."""
    old = getattr(user, name)
    if name == "address" and value is not None:
        value = {part: text for part, text in ((old or {}) | value).items() if text is not None} or None
    setattr(user, name, value)
    return bool(old != value)
