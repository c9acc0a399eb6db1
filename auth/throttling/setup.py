"""From settings to throttles."""

from redis.asyncio import Redis

from auth.settings import Settings
from auth.throttling.counters import Counters
from auth.throttling.postgres_counters import PostgresCounters
from auth.throttling.redis_counters import RedisCounters
from auth.throttling.throttles import Throttles

_LONGEST_WAIT_SECONDS = 1


def connect_redis(settings: Settings) -> Redis | None:
    """A client that connects when first used; None without `REDIS_URL`."""
    if settings.redis_url is None:
        return None
    return Redis.from_url(
        settings.redis_url.get_secret_value(),
        socket_timeout=_LONGEST_WAIT_SECONDS,
        socket_connect_timeout=_LONGEST_WAIT_SECONDS,
    )


def make_throttles(settings: Settings, redis: Redis | None) -> Throttles:
    counters: Counters = PostgresCounters()
    if redis is not None:
        counters = RedisCounters(redis, fallback=counters)
    return Throttles(counters, settings.throttle_limits)
