"""Sessions known to be live, in Redis when `REDIS_URL` is set: spares the database a question with every request.

Ending a session leaves a mark, which no reader overwrites with what it read before the end.
"""

from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Optional
from uuid import UUID

import structlog

if TYPE_CHECKING:
    from redis.asyncio import Redis  # at run time only where REDIS_URL is set: a twelfth of the start

_LIVE_SECONDS = 30
"""If Redis goes away in the moment in which a session ends, it may be taken for live for so long."""
_ENDED_SECONDS = 60
"""Longer than any transaction that may have read the session while it was live."""
_ENDED = "ended"

_log = structlog.get_logger(__name__)
_redis: Optional["Redis"] = None


@asynccontextmanager
async def session_cache(redis: Optional["Redis"]) -> AsyncIterator[None]:
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
    known = None
    with _without_it_if_need_be():
        known = await _redis.get(_key(session_id))
    return bool(known == str(user_id).encode())


async def remember_live(session_id: UUID, *, user_id: UUID) -> None:
    if _redis is None:
        return
    with _without_it_if_need_be():
        await _redis.set(_key(session_id), str(user_id), ex=_LIVE_SECONDS, nx=True)


async def remember_ended(session_ids: Iterable[UUID]) -> None:
    """To be called after the commit: until then other requests find the session live, and that is right."""
    if _redis is None:
        return
    with _without_it_if_need_be():
        for session_id in session_ids:
            await _redis.set(_key(session_id), _ENDED, ex=_ENDED_SECONDS)


@contextmanager
def _without_it_if_need_be() -> Iterator[None]:
    """The block ends where Redis fails, and all goes on."""
    from redis.exceptions import RedisError  # noqa: PLC0415  (there is a client, so it is loaded)

    try:
        yield
    except RedisError as error:
        _log.warning("redis.unavailable", error=type(error).__name__)


def _key(session_id: UUID) -> str:
    return f"auth-session:{session_id}"
