"""What a store of counters offers. There are two: PostgreSQL, and Redis when `REDIS_URL` is set."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from limits import RateLimitItem


@dataclass(frozen=True, slots=True)
class Charge:
    """One use of something that is limited: of a kind ("sign-in") and by somebody (an account, an address)."""

    limit: RateLimitItem
    kind: str
    by: str

    @property
    def key(self) -> bytes:
        return hashlib.sha256(f"{self.kind}\n{self.by}".encode("utf-8", "replace")).digest()


class Counters(Protocol):
    """Counts in fixed windows that begin with the first use. Atomic, and shared by all processes."""

    counts_in_passing: bool
    """Whether a statement that asks the database something else can count as well (`postgres_counters`)."""

    async def charge(self, charges: Sequence[Charge]) -> None:
        """Count one use of each. Raises `TooManyRequests`, and counts none, when one of them is used up.

        The order of charges must be the same everywhere: wide before narrow (addresses before accounts).
        """

    async def give_back(self, charges: Sequence[Charge]) -> None:
        """Undo the counting of uses that turned out to be harmless."""
