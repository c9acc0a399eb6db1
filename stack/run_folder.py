"""A folder that one run at a time may use: the claim on it, and what an earlier run that was killed left behind."""

import fcntl
import os
from pathlib import Path

from stack.errors import AlreadyRunning
from stack.process_record import ProcessRecord


class RunFolder:
    """Claimed from construction to `release()`; the operating system gives up the claim of a process that is killed."""

    def __init__(self, path: Path) -> None:
        """Raises AlreadyRunning. Kills what an earlier run left behind; the processes' names are in `leftovers`."""
        path.mkdir(mode=0o711, parents=True, exist_ok=True)
        self.path = path.resolve()
        self._lock = (self.path / "lock").open("a+", encoding="utf-8")
        self._claim()
        self.record = ProcessRecord(self.path / "processes.json")
        self.leftovers = self.record.end_leftovers()

    def release(self) -> None:
        self._lock.close()

    def _claim(self) -> None:
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.seek(0)
            owner = self._lock.read().strip()
            self._lock.close()
            raise AlreadyRunning(f"The shop is already running in {self.path} (process {owner})") from None
        self._lock.truncate(0)
        self._lock.write(str(os.getpid()))
        self._lock.flush()
