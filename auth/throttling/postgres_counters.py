"""Counters in PostgreSQL: one conditional upsert decides, so that 200 tries at once are counted one by one.

The functions in the database (migration 0006) can also be called by a statement that asks something else: signing in
counts in passing, with no question of its own.
"""

import math
from collections.abc import Sequence

from auth.database import autocommit
from auth.throttling.counters import Charge
from servicekit.problems import TooManyRequests


class PostgresCounters:
    """`Counters` in a table of the service's own database."""

    counts_in_passing = True

    async def charge(self, charges: Sequence[Charge]) -> None:
        async with autocommit() as connection:
            refuse_for(await connection.fetchval("SELECT charge_throttles($1, $2, $3)", *charging(charges)))

    async def give_back(self, charges: Sequence[Charge]) -> None:
        if charges:
            async with autocommit() as connection:
                await connection.execute("SELECT give_back_throttles($1, $2)", *giving_back(charges))


def charging(charges: Sequence[Charge]) -> tuple[list[bytes], list[int], list[int]]:
    """The arguments of `charge_throttles()`. Its answer is for `refuse_for`."""
    return *giving_back(charges), [charge.limit.get_expiry() for charge in charges]


def giving_back(charges: Sequence[Charge]) -> tuple[list[bytes], list[int]]:
    """The arguments of `give_back_throttles()`."""
    return [charge.key for charge in charges], [charge.limit.amount for charge in charges]


def refuse_for(wait_seconds: float | None) -> None:
    """Raise `TooManyRequests` unless all were charged (None); otherwise none was."""
    if wait_seconds is not None:
        raise TooManyRequests(max(1, math.ceil(wait_seconds)))
