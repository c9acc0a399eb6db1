"""From settings to throttles."""

from typing import TYPE_CHECKING, Optional

from auth.settings import Settings
from auth.throttling.counters import Counters
from auth.throttling.postgres_counters import PostgresCounters
from auth.throttling.throttles import Throttles

if TYPE_CHECKING:
    from redis.asyncio import Redis  # at run time only where REDIS_URL is set: a twelfth of the start

_LONGEST_WAIT_SECONDS = 1


def connect_redis(settings: Settings) -> Optional["Redis"]:
    """A client that connects when first used; None without `REDIS_URL`."""
    if settings.redis_url is None:
        return None
    from redis.asyncio import Redis  # noqa: PLC0415

    return Redis.from_url(
        settings.redis_url.get_secret_value(),
        socket_timeout=_LONGEST_WAIT_SECONDS,
        socket_connect_timeout=_LONGEST_WAIT_SECONDS,
    )


def make_throttles(settings: Settings, redis: Optional["Redis"]) -> Throttles:
    counters: Counters = PostgresCounters()
    if redis is not None:
        from auth.throttling.redis_counters import RedisCounters  # noqa: PLC0415

        counters = RedisCounters(redis, fallback=counters)
    return Throttles(counters, settings.throttle_limits)
