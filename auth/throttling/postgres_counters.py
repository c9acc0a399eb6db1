"""Counters in PostgreSQL: one conditional upsert decides, so that 200 tries at once are counted one by one."""

import math
from collections.abc import Sequence

from auth.database import autocommit
from auth.throttling.counters import Charge
from servicekit.problems import TooManyRequests

# A key whose window is over begins a new one; one that is used up is not updated, and not returned.
_CHARGE = """
    INSERT INTO throttle_counters AS counter (key, remaining, resets_at)
    SELECT key, amount - 1, clock_timestamp() + make_interval(secs => seconds)
    FROM unnest($1::bytea[], $2::int[], $3::int[]) AS charge (key, amount, seconds)
    ON CONFLICT (key) DO UPDATE SET
        remaining = CASE WHEN counter.resets_at > clock_timestamp() THEN counter.remaining - 1
                         ELSE excluded.remaining END,
        resets_at = CASE WHEN counter.resets_at > clock_timestamp() THEN counter.resets_at ELSE excluded.resets_at END
    WHERE counter.remaining > 0 OR counter.resets_at <= clock_timestamp()
    RETURNING key
"""
# Locks in the order of the charges, as _CHARGE does: any other could deadlock with it.
_GIVE_BACK = """
    WITH held AS (
        SELECT counter.key, amount
        FROM unnest($1::bytea[], $2::int[]) WITH ORDINALITY AS charge (key, amount, position)
        JOIN throttle_counters AS counter USING (key)
        ORDER BY position FOR UPDATE OF counter
    )
    UPDATE throttle_counters AS counter SET remaining = least(remaining + 1, amount)
    FROM held WHERE counter.key = held.key AND resets_at > clock_timestamp()
"""
_SECONDS_LEFT = """
    SELECT extract(epoch FROM max(resets_at) - clock_timestamp()) FROM throttle_counters WHERE key = ANY($1)
"""


class PostgresCounters:
    """`Counters` in a table of the service's own database."""

    async def charge(self, charges: Sequence[Charge]) -> None:
        keys = [charge.key for charge in charges]
        amounts = [charge.limit.amount for charge in charges]
        seconds = [charge.limit.get_expiry() for charge in charges]
        async with autocommit() as connection:
            charged = {row["key"] for row in await connection.fetch(_CHARGE, keys, amounts, seconds)}
            if len(charged) == len(keys):
                return
            wait_seconds = await connection.fetchval(_SECONDS_LEFT, set(keys) - charged)
        await self.give_back([charge for charge in charges if charge.key in charged])
        raise TooManyRequests(max(1, math.ceil(wait_seconds or 0)))

    async def give_back(self, charges: Sequence[Charge]) -> None:
        if charges:
            keys, amounts = [charge.key for charge in charges], [charge.limit.amount for charge in charges]
            async with autocommit() as connection:
                await connection.execute(_GIVE_BACK, keys, amounts)
