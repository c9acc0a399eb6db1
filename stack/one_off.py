"""Commands that run to their end: migrations, seeding. Kept in view, so that a stop does not wait for them."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from stack.errors import StartFailed
from stack.output import Output
from stack.process_record import ProcessRecord


class OneOffs:
    def __init__(self, directory: Path, *, record: ProcessRecord, output: Output) -> None:
        self._directory = directory
        self._record = record
        self._output = output
        self._running: set[int] = set()

    def run(self, name: str, arguments: Sequence[str], environment: Mapping[str, str], *, stdin: str = "") -> None:
        """Raises StartFailed with what the command printed when it does not end with 0."""
        with subprocess.Popen(
            arguments,
            env=dict(environment),
            cwd=self._directory,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        ) as popen:
            self._record.add(name, popen.pid)
            self._running.add(popen.pid)
            try:
                printed, _ = popen.communicate(stdin)
            finally:
                self._running.discard(popen.pid)
                self._record.remove(popen.pid)
        for line in printed.splitlines():
            self._output.log(name, line)
        if popen.returncode:
            raise StartFailed(f"{' '.join(arguments)} failed:\n{printed.rstrip()}")

    def kill(self) -> None:
        for pid in list(self._running):
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
