"""Signing in and staying signed in: from a password, or from a refresh token, to an access token and the next one."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.accounts.models import User
from auth.accounts.passwords import PasswordHasher
from auth.database import autocommit, transaction
from auth.sessions.clients import Client
from auth.sessions.models import IS_LIVE, RefreshToken, UserSession
from auth.sessions.opening import open_session
from auth.sessions.policy import SessionPolicy
from auth.sessions.services import end_sessions_where
from auth.throttling.postgres_counters import charging
from auth.throttling.throttles import Attempt
from auth.tokens.access_tokens import AccessTokenIssuer, TokenSubject
from auth.tokens.errors import InvalidCredentials, InvalidRefreshToken
from auth.tokens.refresh_tokens import first_token, successor, token_hash
from servicekit.ids import new_id

_log = structlog.get_logger(__name__)


# One row, whether there is such an account or not; the try is counted with it.
_BY_USERNAME = """
    SELECT charge_throttles($2, $3, $4) AS wait_seconds, account.id, account.password_hash
    FROM (SELECT) AS always LEFT JOIN users AS account ON lower(username) = lower($1) AND deleted_at IS NULL
"""
_BY_EMAIL = _BY_USERNAME.replace("lower(username)", "lower(email)")
_REPLACE_HASH = "UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2"


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
    attempt: Attempt,
) -> IssuedTokens:
    """Open a session; the oldest ends when there are too many. Raises `InvalidCredentials` and `TooManyRequests`.

    The password is checked between reading and writing, in no transaction: hashing takes longer than all the rest.
    """
    user_id, password_hash = await find_credentials(name_or_email, attempt=attempt)
    is_right, stronger_hash = await hasher.verify(password, password_hash)
    if user_id is None or password_hash is None or not is_right:
        raise InvalidCredentials
    if stronger_hash:
        password_hash = await _store_stronger_hash(user_id, password_hash, stronger_hash)

    now, session_id, refresh_token = datetime.now(UTC), new_id(), first_token()
    tokens_expire_at = issuer.expiry(now=now, session_expires_at=policy.expiry(now=now, began_at=now))
    account = await open_session(
        session_id=session_id,
        user_id=user_id,
        password_hash=password_hash,
        client=client,
        policy=policy,
        refresh_token_hash=token_hash(refresh_token),
        now=now,
        tokens_expire_at=tokens_expire_at,
        attempt=attempt,
    )
    if account is None:
        raise InvalidCredentials
    _log.info("session.opened", user_id=str(user_id), session_id=str(session_id))
    return _issue(account, session_id, refresh_token, issuer=issuer, now=now, expires_at=tokens_expire_at)


async def find_credentials(name_or_email: str, *, attempt: Attempt) -> tuple[UUID, str] | tuple[None, None]:
    """Id and password hash of the live account. User names hold no `@`. Raises `TooManyRequests`."""
    query = _BY_EMAIL if "@" in name_or_email else _BY_USERNAME
    async with autocommit() as connection:
        found = await connection.fetchrow(query, name_or_email, *charging(attempt.in_passing))
    attempt.charged(found["wait_seconds"])
    return found["id"], found["password_hash"]


async def _store_stronger_hash(user_id: UUID, password_hash: str, stronger_hash: str) -> str:
    """Replace the hash, unless it was changed meanwhile: then the sign-in with it will fail."""
    async with autocommit() as connection:
        await connection.execute(_REPLACE_HASH, user_id, password_hash, stronger_hash)
    return stronger_hash


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
    user: User | TokenSubject,
    session_id: UUID,
    refresh_token: str,
    *,
    issuer: AccessTokenIssuer,
    now: datetime,
    expires_at: datetime,
) -> IssuedTokens:
    return IssuedTokens(
        access_token=issuer.issue(user, session_id=session_id, expires_at=expires_at),
        expires_in=int((expires_at - now).total_seconds()),
        refresh_token=refresh_token,
    )
