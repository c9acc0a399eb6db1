"""Every fault that there is, by families: each module knows one."""

from collections.abc import Sequence

from faults.breakable_shop import BreakableShop
from faults.fault import Fault
from faults.kinds import backlog, broker, clock, crashes, databases, messages, network, processes


def all_faults(shop: BreakableShop) -> Sequence[Fault]:
    """In a fixed order, so that a seed means the same schedule everywhere."""
    return [
        *processes.faults(shop),
        *databases.faults(),
        *broker.faults(),
        *network.faults(),
        *messages.faults(),
        *clock.faults(shop),
        *crashes.faults(),
        *backlog.faults(),
    ]
