"""Which processes a run has started, on disk, so that the next run can end those that a killed one left behind."""

import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from stack.files import read_json, write_private_json
from stack.process_table import family, identity


class ProcessRecord:
    """Every process that is alive now: its name, its pid and what tells it from a later process with the same pid."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._entries: dict[int, dict[str, str | int]] = {}
        self._lock = threading.RLock()
        self._on_change: Callable[[], None] = _nothing

    def add(self, name: str, pid: int) -> None:
        with self._lock:
            self._entries[pid] = {"name": name, "pid": pid, "identity": identity(pid) or ""}
            self._write()

    def remove(self, pid: int) -> None:
        with self._lock:
            self._entries.pop(pid, None)
            self._write()

    def tell(self, on_change: Callable[[], None] | None) -> None:
        """Call `on_change` now and after every change, one call at a time. None: no more, not even one under way."""
        with self._lock:
            self._on_change = on_change or _nothing
            self._on_change()

    def pids(self) -> dict[str, int]:
        with self._lock:
            return {str(entry["name"]): pid for pid, entry in self._entries.items()}

    def end_leftovers(self) -> list[str]:
        """Kill what an earlier run left behind, each process with all that it started; returns their names."""
        leftovers = [entry for entry in read_json(self.path) or [] if entry["identity"]]
        return [entry["name"] for entry in leftovers if _end_family(entry["pid"], entry["identity"])]

    def _write(self) -> None:
        write_private_json(self.path, list(self._entries.values()))
        self._on_change()


def _nothing() -> None:
    """For when nobody wants to know."""


def _end_family(leader: int, leader_identity: str) -> bool:
    """SIGKILL to the process and all that it started; waits up to 5 s for their end. False when nobody was left."""
    members = family(leader, leader_identity)
    for pid in members:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 5
    while any(identity(pid) for pid in members) and time.monotonic() < deadline:
        time.sleep(0.02)
    return bool(members)
