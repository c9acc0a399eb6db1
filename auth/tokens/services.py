"""Signing in and staying signed in: from a password, or from a refresh token, to an access token and the next one."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.accounts.models import User
from auth.accounts.passwords import PasswordHasher
from auth.accounts.queries import find_user
from auth.database import autocommit, transaction
from auth.sessions.clients import Client
from auth.sessions.models import IS_LIVE, RefreshToken, UserSession
from auth.sessions.policy import SessionPolicy
from auth.sessions.services import end_sessions_where, open_session
from auth.tokens.access_tokens import AccessTokenIssuer
from auth.tokens.errors import InvalidCredentials, InvalidRefreshToken
from auth.tokens.refresh_tokens import first_token, successor, token_hash

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class IssuedTokens:
    """What a client gets: the access token is good for `expires_in` seconds, the refresh token for one use."""

    access_token: str
    expires_in: int
    refresh_token: str


async def sign_in(
    *,
    name_or_email: str,
    password: str,
    client: Client,
    hasher: PasswordHasher,
    issuer: AccessTokenIssuer,
    policy: SessionPolicy,
) -> IssuedTokens:
    """Open a session; the oldest ends when there are too many. Raises `InvalidCredentials`.

    The password is checked between reading and writing, in no transaction: hashing takes longer than all the rest.
    """
    async with autocommit() as session:
        user = await find_user(session, name_or_email=name_or_email)
    is_right, stronger_hash = await hasher.verify(password, user.password_hash if user else None)
    if user is None or not is_right:
        raise InvalidCredentials

    now = datetime.now(UTC)
    tokens_expire_at = issuer.expiry(now=now, session_expires_at=policy.expiry(now=now, began_at=now))
    refresh_token = first_token()
    async with transaction() as session:
        account = await _lock_unchanged(session, user)
        if stronger_hash:
            account.password_hash = stronger_hash
        opened = await open_session(
            session, user_id=account.id, client=client, policy=policy, now=now, tokens_expire_at=tokens_expire_at
        )
        session.add(RefreshToken(token_hash=token_hash(refresh_token), session_id=opened.id))
    _log.info("session.opened", user_id=str(account.id), session_id=str(opened.id))
    return _issue(account, opened.id, refresh_token, issuer=issuer, now=now, expires_at=tokens_expire_at)


async def _lock_unchanged(session: AsyncSession, user: User) -> User:
    """The account as it is now, held until the end of the transaction.

    Raises `InvalidCredentials` when it was closed, or its password changed, while the password was being checked:
    the new session would escape whatever ended the others.
    """
    account = await session.scalar(select(User).where(User.id == user.id).with_for_update(key_share=True))
    if account is None or not account.is_active or account.password_hash != user.password_hash:
        raise InvalidCredentials
    return account


async def refresh(
    *, refresh_token: str, client: Client, issuer: AccessTokenIssuer, policy: SessionPolicy
) -> IssuedTokens:
    """Exchange a refresh token for its successor and a new access token. Raises `InvalidRefreshToken`.

    A token that comes a second time is in two hands, one of them a thief's, and nobody can tell whose is which: the
    session ends. Not so within the grace and for the same client, which gets the same successor again.
    """
    async with transaction() as session:
        issued = await _rotate(session, refresh_token, client=client, issuer=issuer, policy=policy)
    if issued is None:  # raised after the commit: the end of a session must last
        raise InvalidRefreshToken
    return issued


async def _rotate(
    session: AsyncSession, presented: str, *, client: Client, issuer: AccessTokenIssuer, policy: SessionPolicy
) -> IssuedTokens | None:
    found = await _lock_token(session, presented)
    if found is None:
        return None
    token, current, user = found
    now = datetime.now(UTC)
    following = successor(presented, secret=current.refresh_secret)
    if token.rotated_at is None:
        token.rotated_at, token.rotated_by = now, client.fingerprint
        session.add(RefreshToken(token_hash=token_hash(following), session_id=current.id))
    elif now - token.rotated_at > policy.refresh_grace or token.rotated_by != client.fingerprint:
        _log.warning("refresh_token.reused", user_id=str(user.id), session_id=str(current.id))
        await end_sessions_where(session, conditions=[UserSession.id == current.id])
        return None
    expires_at = policy.expiry(now=now, began_at=current.created_at)
    current.last_seen_at, current.expires_at = now, expires_at
    current.tokens_expire_at = issuer.expiry(now=now, session_expires_at=expires_at)
    return _issue(user, current.id, following, issuer=issuer, now=now, expires_at=current.tokens_expire_at)


async def _lock_token(session: AsyncSession, presented: str) -> tuple[RefreshToken, UserSession, User] | None:
    """The token with its live session and active user. Of two requests at once the second sees what the first did."""
    query = (
        select(RefreshToken, UserSession, User)
        .join(UserSession, UserSession.id == RefreshToken.session_id)
        .join(User, User.id == UserSession.user_id)
        .where(RefreshToken.token_hash == token_hash(presented), User.is_active, *IS_LIVE)
        .with_for_update(key_share=True, of=[UserSession, RefreshToken])
    )
    row = (await session.execute(query)).one_or_none()
    return None if row is None else (row[0], row[1], row[2])


def _issue(
    user: User, session_id: UUID, refresh_token: str, *, issuer: AccessTokenIssuer, now: datetime, expires_at: datetime
) -> IssuedTokens:
    return IssuedTokens(
        access_token=issuer.issue(user, session_id=session_id, expires_at=expires_at),
        expires_in=int((expires_at - now).total_seconds()),
        refresh_token=refresh_token,
    )
