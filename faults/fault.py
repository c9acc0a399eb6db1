"""What a fault is, and what it gets to work with."""

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from faults.breakable_shop import BreakableShop
from faults.journal import Journal


@dataclass(frozen=True)
class Patience:
    """How long the verdict waits before it calls something wrong."""

    rest_seconds: float = 90
    """For everything that is under way after the last fault."""
    revoked_seconds: float = 60
    """Until a token whose session was ended has to be refused everywhere."""


@dataclass
class Scene:
    """The shop under load, in which faults are made one after the other."""

    shop: BreakableShop
    journal: Journal
    chance: random.Random
    is_quick: bool
    patience: Patience = Patience()
    poison: Counter[str] = field(default_factory=Counter)
    """How many messages each service was sent that nobody can process, each with a body of its own."""
    misses: list[str] = field(default_factory=list)
    """What faults found wanting by themselves: a stop that took too long, a crash point that nobody came to."""

    def hold(self, seconds: float) -> None:
        """Let the fault last: for so long, or a fifth of it in the short form."""
        time.sleep(seconds / 5 if self.is_quick else seconds)


@dataclass(frozen=True)
class Fault:
    """`inflict` makes it, lets it last, and repairs what does not repair itself."""

    target: str
    name: str
    family: str
    inflict: Callable[[Scene], None] = field(repr=False, compare=False)
    limit_seconds: float = 90.0
    """By when the target is well again and a purchase goes through, counted from the end of `inflict`."""

    @property
    def title(self) -> str:
        return f"{self.target}/{self.name}"
