"""Crash points: the process kills itself at a named place of its code, the next time that it comes there."""

import time
from collections.abc import Iterator
from functools import partial

from faults.fault import Fault, Scene
from faults.kinds.messages import plant_poison
from faults.patches.crash_points import POINTS

_HIT_SECONDS = 30
_RECOVERED_SECONDS = 5


def faults() -> Iterator[Fault]:
    for name in POINTS:
        process, _, place = name.partition("@")
        yield Fault(process, f"at-{place}", "crash point", partial(_crash, name), limit_seconds=_RECOVERED_SECONDS)


def _crash(name: str, scene: Scene) -> None:
    """Returns when the process is dead; if nobody comes there, that is a miss."""
    armed = scene.shop.crash_folder / name
    armed.touch()
    if "park" in name:
        plant_poison(POINTS[name].poisoned_by, scene)
    deadline = time.monotonic() + _HIT_SECONDS
    while armed.exists():
        if time.monotonic() > deadline:
            armed.unlink(missing_ok=True)
            scene.misses.append(f"nobody came to {name}")
            return
        time.sleep(0.02)
