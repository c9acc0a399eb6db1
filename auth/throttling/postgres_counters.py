"""Counters in PostgreSQL: one conditional upsert decides, so that 200 tries at once are counted one by one."""

import math
from collections.abc import Sequence

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, INTEGER

from auth.database import transaction
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
        async with transaction() as session:
            result = await session.execute(_CHARGE, {"keys": keys, "amounts": amounts, "seconds": seconds})
            used_up = set(keys) - set(result.scalars())
            if used_up:
                resets_at = func.max(ThrottleCounter.resets_at)
                left = select(func.extract("epoch", resets_at - func.clock_timestamp()))
                wait_seconds = await session.scalar(left.where(ThrottleCounter.key.in_(used_up)))
                raise TooManyRequests(max(1, math.ceil(wait_seconds or 0)))  # and the other keys are rolled back

    async def give_back(self, charges: Sequence[Charge]) -> None:
        """One after the other and in their order: other orders could deadlock with `charge`."""
        async with transaction() as session:
            for charge in charges:
                await session.execute(_GIVE_BACK, {"key": charge.key, "amount": charge.limit.amount})
