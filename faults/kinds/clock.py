"""A process whose clock is an hour off, by libfaketime; where that is not installed, there are no such faults."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from faults.breakable_shop import BreakableShop, with_environment
from faults.fault import Fault, Scene

_SECONDS = 20
_RECOVERED_SECONDS = 20


def library() -> Path | None:
    """Debian: `apt-get install libfaketime`."""
    return next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)


def faults(shop: BreakableShop) -> Iterator[Fault]:
    if library() is None:
        return
    for name in shop.machinery.processes:
        for shift, word in (("+1h", "fast"), ("-1h", "slow")):
            inflict = partial(_shift, name, shift)
            yield Fault(name, f"clock-{word}", "clock", inflict, limit_seconds=_RECOVERED_SECONDS)


def _shift(name: str, shift: str, scene: Scene) -> None:
    """From a new start on. Monotonic time stays as it is: waits and time-outs keep their lengths."""
    machinery = scene.shop.machinery
    process = machinery.processes[name]
    with_environment(
        machinery,
        name,
        {"LD_PRELOAD": str(library()), "FAKETIME": shift, "FAKETIME_DONT_FAKE_MONOTONIC": "1"},
    )
    try:
        process.kill()
        scene.hold(_SECONDS)
    finally:
        with_environment(machinery, name, {"LD_PRELOAD": "", "FAKETIME": "+0"})
        process.kill()
