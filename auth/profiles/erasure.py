"""Forgetting a person. Every table that holds something personal is named here."""

from sqlalchemy import delete, func, text
from sqlalchemy.ext.asyncio import AsyncSession

from auth.accounts.models import User
from auth.avatars.store import AvatarStore
from auth.confirmations.models import Confirmation
from auth.mail.models import MailRequest
from auth.preferences.models import Preferences
from auth.sessions.models import UserSession
from servicekit.outbox.row import ERASED_BODY

_NO_PASSWORD = "!"  # nosec B105  # noqa: S105  (no hash: nothing can match it)
_FORGET_EVENTS = text("""
    UPDATE outbox_events
    SET body = :erased
    WHERE type IN ('user.registered', 'user.updated') AND published_at IS NOT NULL
      AND body::jsonb #>> '{data,user_id}' = :user_id
""")
_PROFILE = ("first_name", "last_name", "display_name", "bio", "location", "website", "phone_number", "address")


async def erase_personal_data(session: AsyncSession, user: User, avatars: AvatarStore) -> None:
    """Overwrite or delete all that tells who the user was, in the transaction of `session`.

    Of events that were sent, their rows keep type and time. What is still to be sent goes out as it is; the relay
    deletes all rows a week later. The sessions go too, with their addresses and devices: whoever must refuse their
    tokens has been told by then. `.invalid` can never be delivered to (RFC 2606).
    """
    asked_by_address = func.lower(MailRequest.email) == func.lower(user.email)
    await session.execute(delete(MailRequest).where(asked_by_address | (MailRequest.user_id == user.id)))
    for table in (Preferences, Confirmation, UserSession):
        await session.execute(delete(table).where(table.user_id == user.id))
    await session.execute(_FORGET_EVENTS, {"user_id": str(user.id), "erased": ERASED_BODY})
    await avatars.erase(session, user.id)
    user.username = f"deleted-{user.id.hex[-24:]}"
    user.email = f"{user.username}@deleted.invalid"
    user.email_verified_at = None
    user.password_hash = _NO_PASSWORD
    user.is_searchable = False
    for name in _PROFILE:
        setattr(user, name, None)
