"""One process under supervision: in a session of its own, its output passed on, restarted when it dies by itself."""

import os
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from stack.command import Command
from stack.errors import StartFailed
from stack.health import is_healthy
from stack.output import Output
from stack.process_record import ProcessRecord
from stack.process_table import family, identity

_LONGEST_DELAY_SECONDS = 5.0
_STEADY_AFTER_SECONDS = 10.0
_RESTARTS_TO_GIVE_UP = 4


class Process:
    """Keeps `command` running between `start()` and `stop()`."""

    def __init__(self, command: Command, *, record: ProcessRecord, output: Output) -> None:
        self.command = command
        self.restarts = 0
        self.last_lines: deque[str] = deque(maxlen=30)
        self._record = record
        self._output = output
        self._popen: subprocess.Popen[bytes] | None = None
        self._keeper: threading.Thread | None = None
        self._stopping = threading.Event()
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        return self.command.name

    @property
    def pid(self) -> int | None:
        """Of the process as it runs now; None while it is down."""
        popen = self._popen
        return popen.pid if popen and popen.returncode is None else None

    def start(self) -> None:
        """Start it and keep it running. Returns at once, long before it is ready."""
        if self._keeper and self._keeper.is_alive():
            return
        self._stopping.clear()
        self.restarts = 0
        self.last_lines.clear()
        popen = self._spawn()
        self._keeper = threading.Thread(target=self._keep, args=(popen,), name=f"keep-{self.name}", daemon=True)
        self._keeper.start()

    def wait_until(self, is_ready: Callable[[], bool], *, timeout_seconds: float) -> None:
        """Raises StartFailed when it is not ready in time, was stopped meanwhile, or keeps dying."""
        deadline, restarts = time.monotonic() + timeout_seconds, self.restarts
        while not (self.pid and is_ready()):
            keeps_dying = self.restarts - restarts > _RESTARTS_TO_GIVE_UP
            if keeps_dying or self._stopping.is_set() or time.monotonic() > deadline:
                raise StartFailed(self._last_words())
            time.sleep(0.1)

    def wait_until_healthy(self, *, timeout_seconds: float = 120) -> None:
        """Raises StartFailed, as above."""
        self.wait_until(lambda: is_healthy(self.command.health_url), timeout_seconds=timeout_seconds)

    def stop(self, *, grace_seconds: float | None = None) -> None:
        """End it for good: its stop signal, and SIGKILL to it and its children when the grace is over."""
        self._want_it_no_more()
        if self._popen:
            self._popen.send_signal(self.command.stop_signal)
        if self._keeper:
            self._keeper.join(self.command.grace_seconds if grace_seconds is None else grace_seconds)
        self.stop_at_once()

    def stop_at_once(self) -> None:
        """End it for good by SIGKILL, and all that it has started."""
        self._want_it_no_more()
        self.kill()
        if self._keeper:
            self._keeper.join()

    def kill(self, signal_number: int = signal.SIGKILL) -> None:
        """Send a signal to the process and all that it has started. What dies of it is restarted.

        Returns after the death when the signal is SIGKILL, so that a health check can only meet the successor.
        """
        popen = self._popen
        if popen and popen.poll() is None:
            for pid in family(popen.pid, identity(popen.pid) or ""):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal_number)
            if signal_number == signal.SIGKILL:
                popen.wait()

    def _last_words(self) -> str:
        lines = "\n".join(self.last_lines)
        return f"{self.name} did not become ready. Its last lines, of {self._output.path(self.name)}:\n{lines}"

    def _want_it_no_more(self) -> None:
        with self._lock:
            self._stopping.set()

    def _spawn(self) -> subprocess.Popen[bytes]:
        self._popen = popen = self.command.spawn()
        self._record.add(self.name, popen.pid)
        threading.Thread(target=self._pass_on_output, args=(popen,), name=f"output-{self.name}", daemon=True).start()
        return popen

    def _keep(self, popen: subprocess.Popen[bytes]) -> None:
        quick_deaths = 0
        while True:
            started = time.monotonic()
            popen.wait()
            self._clear_away(popen)
            quick_deaths = 0 if time.monotonic() - started > _STEADY_AFTER_SECONDS else quick_deaths + 1
            if self._stopping.wait(min(_LONGEST_DELAY_SECONDS, 0.1 * 2**quick_deaths)):
                return
            with self._lock:
                if self._stopping.is_set():
                    return
                self.restarts += 1
                popen = self._spawn()

    def _clear_away(self, popen: subprocess.Popen[bytes]) -> None:
        """Children that outlived their parent would hold its port and its database connections."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(popen.pid, signal.SIGKILL)
        self._record.remove(popen.pid)
        if not self._stopping.is_set():
            self._output.show(self.name, f"ended ({_how_it_ended(popen.returncode)}), starting it again")

    def _pass_on_output(self, popen: subprocess.Popen[bytes]) -> None:
        assert popen.stdout
        pass_on = self._output.show if self.command.is_shown else self._output.log
        with popen.stdout as lines:
            for raw in lines:
                line = raw.decode(errors="replace").rstrip()
                self.last_lines.append(line)
                pass_on(self.name, line)


def _how_it_ended(returncode: int) -> str:
    return f"exit code {returncode}" if returncode >= 0 else signal.Signals(-returncode).name
