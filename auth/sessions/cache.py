"""Sessions known to be live, in Redis when `REDIS_URL` is set: spares the database a question with every request.

Ending a session leaves a mark, which no reader overwrites with what it read before the end.
"""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from uuid import UUID

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

_LIVE_SECONDS = 30
"""If Redis goes away in the moment in which a session ends, it may be taken for live for so long."""
_ENDED_SECONDS = 60
"""Longer than any transaction that may have read the session while it was live."""
_ENDED = "ended"

_log = structlog.get_logger(__name__)
_redis: Redis | None = None


@asynccontextmanager
async def session_cache(redis: Redis | None) -> AsyncIterator[None]:
    """Use this Redis inside the block. Without one nothing is remembered, and the database is always asked."""
    global _redis  # noqa: PLW0603  (like the pool of connections, there is one per process)
    _redis = redis
    try:
        yield
    finally:
        _redis = None


async def is_known_live(session_id: UUID, *, user_id: UUID) -> bool:
    """False also when nothing is known."""
    if _redis is None:
        return False
    try:
        return bool(await _redis.get(_key(session_id)) == str(user_id).encode())
    except RedisError as error:
        _log.warning("redis.unavailable", error=type(error).__name__)
        return False


async def remember_live(session_id: UUID, *, user_id: UUID) -> None:
    if _redis is None:
        return
    try:
        await _redis.set(_key(session_id), str(user_id), ex=_LIVE_SECONDS, nx=True)
    except RedisError as error:
        _log.warning("redis.unavailable", error=type(error).__name__)


async def remember_ended(session_ids: Iterable[UUID]) -> None:
    """To be called after the commit: until then other requests find the session live, and that is right."""
    if _redis is None:
        return
    try:
        for session_id in session_ids:
            await _redis.set(_key(session_id), _ENDED, ex=_ENDED_SECONDS)
    except RedisError as error:
        _log.warning("redis.unavailable", error=type(error).__name__)


def _key(session_id: UUID) -> str:
    return f"auth-session:{session_id}"
