"""Opening a session: the end of signing in, which happens often enough for its statements to be counted."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from auth.accounts.queries import lock_user
from auth.database import autocommit, transaction
from auth.sessions.clients import Client
from auth.sessions.models import IS_LIVE, UserSession
from auth.sessions.policy import SessionPolicy
from auth.sessions.services import end_sessions_where
from auth.throttling.postgres_counters import giving_back
from auth.throttling.throttles import Attempt
from auth.tokens.access_tokens import TokenSubject
from auth.tokens.refresh_tokens import new_secret

# The account, held, so that the new session cannot escape a change that ends the others: whoever makes one holds the
# row as well, and PostgreSQL looks at these conditions again after having waited for it. The other sessions are counted
# once the row is held: of several sign-ins at once, the last one sees them all. The try at the password is given
# back in passing: it was right.
_OPEN = """
    WITH account AS MATERIALIZED (
        SELECT id, username, role, email_verified_at IS NOT NULL AS email_verified
        FROM users WHERE id = $1 AND password_hash = $2 AND is_active
        FOR NO KEY UPDATE
    ), counted AS MATERIALIZED (
        SELECT account.*, live_sessions(id) AS others FROM account
    ), opened AS (
        INSERT INTO sessions (id, user_id, device_type, os, client, address, refresh_secret,
                              created_at, last_seen_at, tokens_expire_at, expires_at)
        SELECT $3, id, $4, $5, $6, $7, $8, $10, $10, $11, $12 FROM counted
        RETURNING id
    ), first_token AS (
        INSERT INTO refresh_tokens (token_hash, session_id) SELECT $9, id FROM opened
    )
    SELECT id, username, role, email_verified, others, give_back_throttles($13, $14) FROM counted
"""


async def open_session(
    *,
    session_id: UUID,
    user_id: UUID,
    password_hash: str,
    client: Client,
    policy: SessionPolicy,
    refresh_token_hash: bytes,
    now: datetime,
    tokens_expire_at: datetime,
    attempt: Attempt,
) -> TokenSubject | None:
    """Begin a session with its first refresh token; the oldest end when there are too many. Returns whose it is.

    None when the account was closed, or its password is no longer the one with this hash.
    """
    device = client.device
    expires_at = policy.expiry(now=now, began_at=now)
    async with autocommit() as connection:
        opened = await connection.fetchrow(
            _OPEN, user_id, password_hash, session_id, device.type, device.os, device.client, client.address,
            new_secret(), refresh_token_hash, now, tokens_expire_at, expires_at,
            *giving_back(attempt.in_passing),
        )  # fmt: skip
    if opened is None:
        return None
    attempt.given_back()
    *account, others, _ = opened
    if others >= policy.most_active:
        await _end_oldest(user_id=user_id, kept=policy.most_active)
    return TokenSubject(*account)


async def _end_oldest(*, user_id: UUID, kept: int) -> None:
    """End all sessions of the user but the newest. With the user's row held: several that do so end no more."""
    oldest = select(UserSession.id).where(UserSession.user_id == user_id, *IS_LIVE)
    oldest = oldest.order_by(UserSession.created_at.desc(), UserSession.id.desc()).offset(kept)
    async with transaction() as session:
        await lock_user(session, user_id)
        await end_sessions_where(session, conditions=[UserSession.id.in_(oldest)])
