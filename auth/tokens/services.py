"""Signing in: from a password to an access token."""

from datetime import UTC, datetime

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.accounts.models import User
from auth.accounts.passwords import PasswordHasher
from auth.accounts.queries import find_user
from auth.database import transaction
from auth.sessions.models import UserSession
from auth.tokens.access_tokens import AccessTokenIssuer
from auth.tokens.errors import InvalidCredentials
from servicekit.ids import new_id

_log = structlog.get_logger(__name__)


async def sign_in(*, name_or_email: str, password: str, hasher: PasswordHasher, issuer: AccessTokenIssuer) -> str:
    """Open a session and return its access token. Raises `InvalidCredentials`.

    The password is checked between two transactions, not inside one: hashing takes longer than all the rest.
    """
    async with transaction() as session:
        user = await find_user(session, name_or_email=name_or_email)
    is_right, stronger_hash = await hasher.verify(password, user.password_hash if user else None)
    if user is None or not is_right:
        raise InvalidCredentials

    async with transaction() as session:
        account = await _lock_unchanged(session, user)
        if stronger_hash:
            account.password_hash = stronger_hash
        sign_in_session = UserSession(id=new_id(), user_id=account.id, expires_at=datetime.now(UTC) + issuer.lifetime)
        session.add(sign_in_session)
    _log.info("session.opened", user_id=str(account.id), session_id=str(sign_in_session.id))
    return issuer.issue(account, session_id=sign_in_session.id)


async def _lock_unchanged(session: AsyncSession, user: User) -> User:
    """The account as it is now, held until the end of the transaction.

    Raises `InvalidCredentials` when it was closed, or its password changed, while the password was being checked:
    the new session would escape whatever ended the others.
    """
    account = await session.scalar(select(User).where(User.id == user.id).with_for_update(key_share=True))
    if account is None or not account.is_active or account.password_hash != user.password_hash:
        raise InvalidCredentials
    return account
