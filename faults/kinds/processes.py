"""Processes of the Procfile: killed, frozen, restarted in good order."""

import signal
import time
from collections.abc import Iterator
from functools import partial

from faults.breakable_shop import BreakableShop
from faults.fault import Fault, Scene

_FROZEN_SECONDS = 30
_STOP_SECONDS = 10
_RECOVERED_SECONDS = 5
_THAWED_SECONDS = 45


def faults(shop: BreakableShop) -> Iterator[Fault]:
    for name in shop.machinery.processes:
        yield Fault(name, "kill", "process", partial(_kill, name), limit_seconds=_RECOVERED_SECONDS)
        yield Fault(name, "restart", "process", partial(_restart, name), limit_seconds=_RECOVERED_SECONDS)
        yield Fault(name, "freeze", "process frozen", partial(_freeze, name), limit_seconds=_THAWED_SECONDS)


def _kill(name: str, scene: Scene) -> None:
    scene.shop.machinery.processes[name].kill()


def _restart(name: str, scene: Scene) -> None:
    process, started = scene.shop.machinery.processes[name], time.monotonic()
    process.stop(grace_seconds=3 * _STOP_SECONDS)
    taken = time.monotonic() - started
    if taken > _STOP_SECONDS:
        scene.misses.append(f"{name} took {taken:.1f} s to leave after SIGTERM")
    process.start()


def _freeze(name: str, scene: Scene) -> None:
    process = scene.shop.machinery.processes[name]
    process.kill(signal.SIGSTOP)
    try:
        scene.hold(_FROZEN_SECONDS)
    finally:
        process.kill(signal.SIGCONT)
