"""Changing accounts. One use case = one function = one transaction."""

from datetime import UTC, datetime
from uuid import UUID

import structlog
from sqlalchemy.exc import IntegrityError

from auth.accounts.errors import EmailTaken, UserIdTaken, UsernameTaken
from auth.accounts.events import user_deleted, user_registered, user_updated
from auth.accounts.models import User
from auth.accounts.passwords import PasswordHasher
from auth.accounts.queries import find_user, lock_user, refuse_to_lose_last_admin
from auth.avatars.store import AvatarStore
from auth.database import transaction, violated_constraint
from auth.mail.services import request_mail
from auth.messaging import outbox
from auth.preferences.models import Preferences
from auth.profiles.erasure import erase_personal_data
from auth.sessions.services import end_sessions
from servicekit.ids import new_id
from servicekit.principal import Role

_TAKEN = {"users_pkey": UserIdTaken, "users_username_key": UsernameTaken, "users_email_key": EmailTaken}

_log = structlog.get_logger(__name__)


async def register_user(
    *,
    username: str,
    email: str,
    password_hash: str,
    first_name: str | None = None,
    last_name: str | None = None,
    role: Role = "customer",
    is_active: bool = True,
    is_email_verified: bool = False,
    user_id: UUID | None = None,
    language: str | None = None,
) -> User:
    """Create an account, tell the others (`user.registered`), and have the address confirmed by e-mail.

    `language` becomes the user's preference, and that e-mail is in it.
    Raises `UsernameTaken`, `EmailTaken`, `UserIdTaken`. The unique indexes decide who was first: to look before
    inserting would let two through.
    """
    user = User(
        id=user_id or new_id(),
        username=username,
        email=email,
        email_verified_at=datetime.now(UTC) if is_email_verified else None,
        password_hash=password_hash,
        first_name=first_name,
        last_name=last_name,
        role=role,
        is_active=is_active,
    )
    try:
        async with transaction() as session:
            session.add(user)
            await session.flush()
            if language is not None:
                session.add(Preferences(user_id=user.id, language=language))
            if not is_email_verified:
                await request_mail(session, kind="confirm_email", email=email, user_id=user.id)
            await outbox.record(session, user_registered(user))
    except IntegrityError as error:
        taken = _TAKEN.get(violated_constraint(error))
        if taken is None:
            raise
        raise taken from error
    _log.info("user.registered", user_id=str(user.id), role=role)
    return user


async def ensure_user(*, username: str, email: str, password: str, role: Role, hasher: PasswordHasher) -> None:
    """Make sure that an account of this name has this password and this role. Raises `EmailTaken`.

    One that exists keeps its e-mail address; its sessions end when its password or role was another one. For operators:
    it asks for no old password, and takes their word for the address.
    """
    password_hash = await hasher.hash(password)
    try:
        await register_user(
            username=username, email=email, password_hash=password_hash, role=role, is_email_verified=True
        )
    except UsernameTaken:
        await _restore_user(username=username, password=password, password_hash=password_hash, role=role, hasher=hasher)


async def _restore_user(
    *, username: str, password: str, password_hash: str, role: Role, hasher: PasswordHasher
) -> None:
    async with transaction() as session:
        found = await find_user(session, name_or_email=username)
    if found is None:  # deleted just now
        raise UsernameTaken
    is_same_password, _ = await hasher.verify(password, found.password_hash)
    async with transaction() as session:
        user = await lock_user(session, found.id)
        changes = {"role": role, "is_active": True}
        changed = {name for name, value in changes.items() if getattr(user, name) != value}
        if changed or not is_same_password or user.password_hash != found.password_hash:
            user.password_hash, user.role, user.is_active = password_hash, role, True
            await end_sessions(session, user_id=user.id)
        if changed:
            user.version += 1
            await outbox.record(session, user_updated(user, changed))


async def delete_user(*, user_id: UUID, avatars: AvatarStore) -> None:
    """Close the account for good: its sessions end, its name is free again, its personal data is gone.

    The row stays, because orders and payments refer to its id. Tells the others (`user.deleted`, and `session.revoked`
    for each session). Raises `NotFound` and `LastAdmin`.
    """
    async with transaction() as session:
        await refuse_to_lose_last_admin(session, user_id)
        user = await lock_user(session, user_id)
        await end_sessions(session, user_id=user_id)
        await erase_personal_data(session, user, avatars)
        user.deleted_at = datetime.now(UTC)
        user.is_active = False
        user.version += 1
        await outbox.record(session, user_deleted(user))
    _log.info("user.deleted", user_id=str(user_id))
