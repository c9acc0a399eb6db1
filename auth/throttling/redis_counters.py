"""Counters in Redis, by the library `limits`. Without an answer from there, PostgreSQL counts."""

import math
import time
from collections.abc import Sequence

import structlog
from limits.aio.storage import RedisStorage
from limits.aio.strategies import FixedWindowRateLimiter
from limits.errors import StorageError
from redis.asyncio import Redis

from auth.throttling.counters import Charge, Counters
from servicekit.problems import TooManyRequests

_log = structlog.get_logger(__name__)


class RedisCounters:
    """`Counters` in Redis. INCR gives each of many tries at once a number of its own, and the number decides."""

    counts_in_passing = False

    def __init__(self, redis: Redis, *, fallback: Counters) -> None:
        self._fallback = fallback
        self._storage = RedisStorage(
            "async+redis://",  # the address is the pool's
            wrap_exceptions=True,
            implementation="redispy",
            key_prefix="auth-throttle",
            connection_pool=redis.connection_pool,  # type: ignore[arg-type]  # annotated without it, documented with it
        )
        self._limiter = FixedWindowRateLimiter(self._storage)

    async def charge(self, charges: Sequence[Charge]) -> None:
        try:
            for position, charge in enumerate(charges):
                if not await self._limiter.hit(charge.limit, charge.key.hex()):
                    await self._undo(charges[: position + 1])
                    raise TooManyRequests(await self._wait_seconds(charge))
        except StorageError as error:
            _log.warning("redis.unavailable", error=type(error.__cause__ or error).__name__)
            await self._fallback.charge(charges)

    async def give_back(self, charges: Sequence[Charge]) -> None:
        try:
            await self._undo(charges)
        except StorageError:
            await self._fallback.give_back(charges)

    async def _undo(self, charges: Sequence[Charge]) -> None:
        for charge in charges:
            await self._storage.incr(charge.limit.key_for(charge.key.hex()), charge.limit.get_expiry(), amount=-1)

    async def _wait_seconds(self, charge: Charge) -> int:
        window = await self._limiter.get_window_stats(charge.limit, charge.key.hex())
        return max(1, math.ceil(window.reset_time - time.time()))
