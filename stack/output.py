"""Where the output of the processes goes: a log file each, and whoever listens."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO

from stack.files import private_folder


class Output:
    """Log files `<folder>/<process>.log`, begun anew with each run."""

    def __init__(self, folder: Path, *, listener: Callable[[str, str], None] | None = None) -> None:
        """`listener(name, line)` is called from several threads."""
        self._folder = private_folder(folder)
        self._listener = listener
        self._files: dict[str, IO[str]] = {}
        self._lock = threading.Lock()
        self._is_closed = False

    def path(self, name: str) -> Path:
        return self._folder / f"{name}.log"

    def log(self, name: str, line: str) -> None:
        with self._lock:
            if self._is_closed:
                return
            if name not in self._files:
                self._files[name] = self.path(name).open("w", encoding="utf-8", buffering=1)
            self._files[name].write(f"{line}\n")

    def show(self, name: str, line: str) -> None:
        """Log the line and pass it to the listener."""
        self.log(name, line)
        if self._listener:
            self._listener(name, line)

    def close(self) -> None:
        with self._lock:
            self._is_closed = True
            while self._files:
                self._files.popitem()[1].close()
