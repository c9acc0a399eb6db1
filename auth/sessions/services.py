"""Ending sessions, and telling the others (`session.revoked`) to refuse the tokens that are still out."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from auth.database import after_commit, transaction
from auth.messaging import outbox
from auth.sessions.cache import remember_ended
from auth.sessions.events import believed_until, session_revoked
from auth.sessions.models import IS_LIVE, RevokedSession, UserSession
from servicekit.problems import NotFound

_SEEN_EVERY = timedelta(minutes=1)

_log = structlog.get_logger(__name__)


async def end_session(*, user_id: UUID, session_id: UUID) -> None:
    """End one session of the user's. Raises `NotFound` when there is no such live session of theirs."""
    async with transaction() as session:
        ended = await end_sessions_where(
            session, conditions=[UserSession.user_id == user_id, UserSession.id == session_id]
        )
    if not ended:
        raise NotFound


async def end_all_sessions(*, user_id: UUID, except_session_id: UUID | None = None) -> None:
    """End the user's sessions, all of them or all but one."""
    async with transaction() as session:
        await end_sessions(session, user_id=user_id, except_session_id=except_session_id)


async def end_sessions(session: AsyncSession, *, user_id: UUID, except_session_id: UUID | None = None) -> None:
    """The same as a part of another change, such as of the password, in its transaction.

    Whoever changes what a sign-in depends on locks the user's row first (`FOR NO KEY UPDATE`): signing in waits for it,
    so that no session begins in between.
    """
    conditions = [UserSession.user_id == user_id]
    if except_session_id is not None:
        conditions.append(UserSession.id != except_session_id)
    await end_sessions_where(session, conditions=conditions)


async def note_use(session: AsyncSession, *, session_id: UUID) -> None:
    """Set `last_seen_at`, at most once a minute: a session in use must not write with every request."""
    a_minute_ago = func.now() - _SEEN_EVERY
    await session.execute(
        update(UserSession)
        .where(UserSession.id == session_id, UserSession.last_seen_at < a_minute_ago)
        .values(last_seen_at=func.now())
    )


async def end_sessions_where(session: AsyncSession, *, conditions: Sequence[ColumnElement[bool]]) -> int:
    """End the live ones among them, and return how many there were.

    Rows are locked in the order of their ids: two that end the same sessions at once wait, and do not deadlock.
    """
    chosen = select(UserSession).where(*conditions, *IS_LIVE).order_by(UserSession.id)
    ending = (await session.scalars(chosen.with_for_update(key_share=True))).all()
    for ended in ending:
        ended.ended_at = datetime.now(UTC)
        session.add(RevokedSession(session_id=ended.id, until=believed_until(ended)))
        await outbox.record(session, session_revoked(ended))
        _log.info("session.ended", user_id=str(ended.user_id), session_id=str(ended.id))
    if ending:
        after_commit(session, partial(remember_ended, [ended.id for ended in ending]))
    return len(ending)
