"""The web server: gunicorn, one process with threads, configured here and nowhere else."""

import json
from contextlib import suppress
from http import HTTPStatus
from types import FrameType
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.config import Config
from gunicorn.glogging import Logger
from gunicorn.http.errors import ParseException
from gunicorn.workers.gthread import ThreadWorker

from product.environment import Settings
from product.orders.waiting import order_watcher
from product.revocations.memory import revoked_sessions
from servicekit.ids import new_id
from servicekit.problems import CONTENT_TYPE, Internal, Malformed, Problem
from servicekit.tracing import configure_tracing, shutdown_tracing

_GRACE_SECONDS = 8
"""For requests in hand after SIGTERM."""
_CONNECTIONS = 1000
_DRAINED_BYTES = 65_536
"""What gunicorn reads of a body that nobody else has read."""


class _Log(Logger):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn's messages go the way of all others. Requests are logged by `middleware.py`, not here."""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        for handler in list(self.error_log.handlers):
            self.error_log.removeHandler(handler)
        self.error_log.propagate = True


class _Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """At SIGTERM nobody waits for an order any longer: they are answered with its state of this moment."""
        order_watcher().stop()
        super().handle_exit(sig, frame)

    def handle_request(self, req: Any, conn: Any) -> Any:
        """A large body may be refused unread, and gunicorn clears away only so much: say that the connection closes."""
        headers = {name.lower(): value for name, value in req.headers}
        if "transfer-encoding" in headers or int(headers.get("content-length", 0)) > _DRAINED_BYTES:
            req.force_close()
        return super().handle_request(req, conn)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:  # noqa: ARG002
        """Answer with a problem also where gunicorn itself refuses a request, before Django sees it."""
        problem: Problem
        if isinstance(exc, ParseException):
            problem = Malformed("This is not HTTP as it is understood here")
        else:
            problem = Internal()
            self.log.exception("http.failed")
        request_id = str(new_id())
        body = json.dumps(problem.body(request_id)).encode()
        head = (
            f"HTTP/1.1 {problem.status} {HTTPStatus(problem.status).phrase}",
            f"Content-Type: {CONTENT_TYPE}",
            f"Content-Length: {len(body)}",
            f"X-Request-ID: {request_id}",
            "Connection: close",
        )
        with suppress(OSError):
            client.sendall("\r\n".join((*head, "", "")).encode() + body)


class WebServer(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """The application is loaded in the worker, after the fork: nothing that is connected is shared with the parent."""

    def __init__(self, environment: Settings) -> None:
        self._environment = environment
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": f"{self._environment.host}:{self._environment.port}",
            "workers": 1,
            "worker_class": _Worker,
            "threads": self._environment.web_threads,
            "worker_connections": _CONNECTIONS,
            "graceful_timeout": _GRACE_SECONDS,
            "keepalive": 5,
            "control_socket_disable": True,
            "logger_class": _Log,
            "post_fork": lambda _server, _worker: configure_tracing("product", "web"),
            "worker_exit": lambda _server, _worker: shutdown_tracing(),
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        from product.wsgi import application  # noqa: PLC0415  (see the class)

        revoked_sessions().keep_fresh()
        return application
