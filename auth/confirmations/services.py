"""Tokens that prove an address, and what can be done with them. A token is good once, and only its hash is stored."""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from auth.accounts.errors import EmailTaken, WrongPassword
from auth.accounts.events import user_updated
from auth.accounts.models import User
from auth.accounts.passwords import PasswordHasher
from auth.accounts.queries import lock_user
from auth.confirmations.errors import InvalidConfirmation
from auth.confirmations.models import Confirmation, Purpose
from auth.database import transaction, violated_constraint
from auth.mail.services import request_mail
from auth.messaging import outbox
from auth.sessions.services import end_sessions

_log = structlog.get_logger(__name__)


async def create_token(
    session: AsyncSession, *, user_id: UUID, purpose: Purpose, email: str, lifetime: timedelta
) -> str:
    """A new token of 256 random bits for this user and purpose. Any earlier one is worthless from now on."""
    token = secrets.token_urlsafe(32)
    row = {"token_hash": _hash(token), "email": email, "expires_at": datetime.now(UTC) + lifetime}
    await session.execute(
        insert(Confirmation)
        .values(user_id=user_id, purpose=purpose, **row)
        .on_conflict_do_update(index_elements=["user_id", "purpose"], set_=row)
    )
    return token


async def request_password_reset(*, email: str) -> None:
    """Have a token sent to the account with this address, if there is one.

    That is looked up by the sender, later: what happens here is the same for every address, and so is its duration.
    """
    async with transaction() as session:
        await request_mail(session, kind="reset_password", email=email)


async def find_user_of_reset_token(*, token: str) -> User:
    """Whose password the token may set. It stays valid. Raises `InvalidConfirmation`."""
    async with transaction() as session:
        user = await session.scalar(
            select(User).join(Confirmation).where(*_matching(token, "reset_password"), User.is_active)
        )
    if user is None:
        raise InvalidConfirmation
    return user


async def reset_password(*, token: str, password_hash: str) -> None:
    """Set the password and end every session. Raises `InvalidConfirmation`. The token proves the address as well."""
    async with transaction() as session:
        user, email = await _use(session, token, "reset_password")
        user.password_hash = password_hash
        if user.email == email and user.email_verified_at is None:
            await _mark_verified(session, user)
        await end_sessions(session, user_id=user.id)
    _log.info("password.reset", user_id=str(user.id))


async def request_email_change(*, user: User, new_email: str, password: str, hasher: PasswordHasher) -> None:
    """Have a token sent to the new address. Raises `WrongPassword`.

    Whether the address belongs to somebody else is said only to who can read its mail, when the token is used.
    """
    is_right, _ = await hasher.verify(password, user.password_hash)
    if not is_right:
        raise WrongPassword
    async with transaction() as session:
        await request_mail(session, kind="change_email", email=new_email, user_id=user.id)


async def change_email(*, token: str) -> None:
    """Make the address that the token was sent to the account's, and tell the old one.

    Raises `InvalidConfirmation`, and `EmailTaken` when somebody else has confirmed it first.
    """
    try:
        async with transaction() as session:
            user, new_email = await _use(session, token, "change_email")
            await request_mail(session, kind="email_changed", email=user.email, user_id=user.id)
            await _forget(session, user.id)
            user.email = new_email
            user.email_verified_at = datetime.now(UTC)
            user.version += 1
            await session.flush()
            await outbox.record(session, user_updated(user, {"email", "email_verified"}))
    except IntegrityError as error:
        if violated_constraint(error) != "users_email_key":
            raise
        raise EmailTaken from error
    _log.info("email.changed", user_id=str(user.id))


async def request_email_confirmation(*, user: User) -> None:
    """Have another token sent to the account's address."""
    async with transaction() as session:
        await request_mail(session, kind="confirm_email", email=user.email, user_id=user.id)


async def confirm_email(*, token: str) -> None:
    """Note that the user reads mail sent to the account's address. Raises `InvalidConfirmation`."""
    async with transaction() as session:
        user, email = await _use(session, token, "confirm_email")
        if user.email != email:
            raise InvalidConfirmation
        await _mark_verified(session, user)
    _log.info("email.confirmed", user_id=str(user.id))


async def _use(session: AsyncSession, token: str, purpose: Purpose) -> tuple[User, str]:
    """Use the token up: of two who bring it at once, one finds it. Returns the user, locked, and the token's address.

    The user's row is locked before the token's, in the order of deleting an account.
    """
    user_id = await session.scalar(select(Confirmation.user_id).where(*_matching(token, purpose)))
    user = await lock_user(session, user_id) if user_id else None
    used = delete(Confirmation).where(*_matching(token, purpose)).returning(Confirmation.email)
    email = await session.scalar(used)
    if user is None or email is None or not user.is_active:
        raise InvalidConfirmation
    return user, email


async def _mark_verified(session: AsyncSession, user: User) -> None:
    user.email_verified_at = datetime.now(UTC)
    user.version += 1
    await outbox.record(session, user_updated(user, {"email_verified"}))


async def _forget(session: AsyncSession, user_id: UUID) -> None:
    """Tokens that went to an address which is not the account's any more."""
    await session.execute(delete(Confirmation).where(Confirmation.user_id == user_id))


def _matching(token: str, purpose: Purpose) -> tuple[ColumnElement[bool], ...]:
    return (
        Confirmation.token_hash == _hash(token),
        Confirmation.purpose == purpose,
        Confirmation.expires_at > func.now(),
    )


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
