"""Counters in PostgreSQL: one conditional upsert decides, so that 200 tries at once are counted one by one."""

import math
from collections.abc import Collection, Sequence

from sqlalchemy import Select, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, INTEGER

from auth.database import autocommit
from auth.throttling.counters import Charge
from auth.throttling.models import ThrottleCounter
from servicekit.problems import TooManyRequests

# A key whose window is over begins a new one; one that is used up is not updated, and not returned.
_CHARGE = text("""
    INSERT INTO throttle_counters AS counter (key, remaining, resets_at)
    SELECT key, amount - 1, clock_timestamp() + make_interval(secs => seconds)
    FROM unnest(:keys, :amounts, :seconds) AS charge (key, amount, seconds)
    ON CONFLICT (key) DO UPDATE SET
        remaining = CASE WHEN counter.resets_at > clock_timestamp() THEN counter.remaining - 1
                         ELSE excluded.remaining END,
        resets_at = CASE WHEN counter.resets_at > clock_timestamp() THEN counter.resets_at ELSE excluded.resets_at END
    WHERE counter.remaining > 0 OR counter.resets_at <= clock_timestamp()
    RETURNING key
""").bindparams(
    bindparam("keys", type_=ARRAY(BYTEA)),
    bindparam("amounts", type_=ARRAY(INTEGER)),
    bindparam("seconds", type_=ARRAY(INTEGER)),
)
_GIVE_BACK = text("""
    UPDATE throttle_counters SET remaining = least(remaining + 1, :amount)
    WHERE key = :key AND resets_at > clock_timestamp()
""")


class PostgresCounters:
    """`Counters` in a table of the service's own database."""

    async def charge(self, charges: Sequence[Charge]) -> None:
        keys = [charge.key for charge in charges]
        amounts = [charge.limit.amount for charge in charges]
        seconds = [charge.limit.get_expiry() for charge in charges]
        async with autocommit() as session:
            result = await session.execute(_CHARGE, {"keys": keys, "amounts": amounts, "seconds": seconds})
            charged: set[bytes] = set(result.scalars())
            if len(charged) == len(keys):
                return
            wait_seconds = await session.scalar(_seconds_left(set(keys) - charged))
        await self.give_back([charge for charge in charges if charge.key in charged])
        raise TooManyRequests(max(1, math.ceil(wait_seconds or 0)))

    async def give_back(self, charges: Sequence[Charge]) -> None:
        """One after the other and in their order: other orders could deadlock with `charge`."""
        rows = [{"key": charge.key, "amount": charge.limit.amount} for charge in charges]
        if rows:
            async with autocommit() as session:
                await session.execute(_GIVE_BACK, rows)


def _seconds_left(keys: Collection[bytes]) -> Select[float]:
    left = func.extract("epoch", func.max(ThrottleCounter.resets_at) - func.clock_timestamp())
    return select(left).where(ThrottleCounter.key.in_(keys))
