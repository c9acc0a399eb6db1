"""Waiting with a deadline: the only way in which tests wait."""

import time
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")


def wait_until(ask: Callable[[], Answer], *, timeout_seconds: float = 20, waiting_for: str = "") -> Answer:
    """Ask until the answer is true, and return it. Fails with the last answer when the time is over."""
    deadline = time.monotonic() + timeout_seconds
    while not (answer := ask()):
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {timeout_seconds} s in vain for {waiting_for or ask}: {answer!r}")
        time.sleep(0.05)
    return answer
