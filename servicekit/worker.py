"""The life of a background process: a stop flag for SIGTERM, a heartbeat, and a small HTTP server that shows both.

And its pace, which relays and consumers share.
"""

import gc
import os
import signal
import threading
import time
from collections.abc import Iterable
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, make_server

from prometheus_client import make_wsgi_app

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

_STALLED_AFTER_SECONDS = 30
_NEVER = 3600.0
"""Seconds between two looks whether somebody wants to shut the HTTP server down. It ends with the process."""
_LONGEST_PAUSE_SECONDS = 0.05
_METRICS = make_wsgi_app()


class Pace:
    """Has a loop work for half of its time at most, as long as its rounds find less than they could take.

    What comes during a pause goes together: a round for one event costs nearly as much as one for ten, and on a busy
    machine rounds without pause take the processor from whoever makes the events. Where events are rare there is none.
    """

    def __init__(self) -> None:
        self._free_since = time.monotonic()

    def pause_seconds(self, begun: float) -> float:
        """Behind a round that has begun at this `time.monotonic()`: as long as it took, less what was waited for it."""
        now = time.monotonic()
        worked, waited = now - begun, begun - self._free_since
        pause = min(max(0.0, worked - waited), _LONGEST_PAUSE_SECONDS)
        self._free_since = now + pause
        return pause


class Worker:
    """One background process. Its loop calls `beat()` each round and leaves when `stopping` is set.

    The signal handler only sets the flag: anything more could run in the middle of a database call.
    """

    def __init__(self) -> None:
        self.stopping = threading.Event()
        self._last_beat = time.monotonic()

    def start(self) -> None:
        """Take over SIGTERM and SIGINT, and serve `/healthcheck` and `/metrics` on WORKER_PORT when it is set.

        Called when all is loaded. What is there by now stays: walking it in each full collection of garbage would take
        as long as a quarter of the work on a batch of messages.
        """
        gc.freeze()
        signal.signal(signal.SIGTERM, self._on_signal)
        signal.signal(signal.SIGINT, self._on_signal)
        port = int(os.environ.get("WORKER_PORT") or 0)
        if port:
            host = os.environ.get("WORKER_HOST") or "127.0.0.1"
            server = make_server(host, port, self._serve, handler_class=_QuietHandler)
            serve = partial(server.serve_forever, poll_interval=_NEVER)
            threading.Thread(target=serve, name="worker-http", daemon=True).start()

    def beat(self) -> None:
        """Say that the loop is alive, also while it waits for a dependency to return."""
        self._last_beat = time.monotonic()

    @property
    def is_alive(self) -> bool:
        return time.monotonic() - self._last_beat < _STALLED_AFTER_SECONDS

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping.set()

    def _serve(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
        if environ["PATH_INFO"] == "/metrics":
            metrics: Iterable[bytes] = _METRICS(environ, start_response)
            return metrics
        status, body = (
            ("200 OK", b'{"status":"ok"}') if self.is_alive else ("503 Service Unavailable", b'{"status":"stalled"}')
        )
        start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]


class _QuietHandler(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Probes come every few seconds and are not worth a line."""
