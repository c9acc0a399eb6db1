"""Which faults, in which order: the same for the same seed."""

import random
from collections import defaultdict
from collections.abc import Sequence

from faults.fault import Fault

FULL_ROUNDS = 2
"""How often each fault comes in a full run, where its family can afford it."""
_ONCE = {"process frozen", "PostgreSQL frozen", "RabbitMQ away", "RabbitMQ frozen", "network", "clock", "crash point",
         "backlog"}  # fmt: skip
"""Families whose faults take long, or of which there are many: once each."""
_QUICK = {"process": 6, "process frozen": 2, "PostgreSQL": 3, "RabbitMQ": 2, "network": 5, "cut": 8, "messages": 4,
          "clock": 1, "crash point": 8}  # fmt: skip
"""How many of each family the short form takes."""


def full_schedule(faults: Sequence[Fault], chance: random.Random) -> list[Fault]:
    schedule = [fault for fault in faults for _ in range(1 if fault.family in _ONCE else FULL_ROUNDS)]
    chance.shuffle(schedule)
    return schedule


def quick_schedule(faults: Sequence[Fault], chance: random.Random) -> list[Fault]:
    """Some of each family."""
    families: dict[str, list[Fault]] = defaultdict(list)
    for fault in faults:
        families[fault.family].append(fault)
    schedule = [
        fault
        for family, members in families.items()
        for fault in chance.sample(members, min(len(members), _QUICK.get(family, 0)))
    ]
    chance.shuffle(schedule)
    return schedule
