"""The web server of a WSGI service: gunicorn, one process with threads, configured here and nowhere else."""

import json
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.config import Config
from gunicorn.glogging import Logger
from gunicorn.http.errors import ParseException
from gunicorn.workers.gthread import ThreadWorker

from servicekit.ids import new_id
from servicekit.problems import CONTENT_TYPE, Internal, Malformed, Problem
from servicekit.tracing import configure_tracing, shutdown_tracing

_GRACE_SECONDS = 8
"""For requests in hand after SIGTERM."""
_CONNECTIONS = 1000
_DRAINED_BYTES = 65_536
"""What gunicorn reads of a body that nobody else has read."""


class _Log(Logger):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn's messages go the way of all others. Requests are logged by the application, not here."""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        for handler in list(self.error_log.handlers):
            self.error_log.removeHandler(handler)
        self.error_log.propagate = True


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Closes connections whose bodies were left unread, and answers with problems where gunicorn refuses a request."""

    def handle_request(self, req: Any, conn: Any) -> Any:
        """A large body may be refused unread, and gunicorn clears away only so much: say that the connection closes."""
        headers = {name.lower(): value for name, value in req.headers}
        if "transfer-encoding" in headers or int(headers.get("content-length", 0)) > _DRAINED_BYTES:
            req.force_close()
        return super().handle_request(req, conn)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:  # noqa: ARG002
        """What comes here has not reached the application."""
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
    """Serves what `load` makes. It is called in the worker, after the fork: nothing that is connected is shared with
    the parent."""

    def __init__(
        self,
        service: str,
        load: Callable[[], Any],
        *,
        host: str,
        port: int,
        threads: int,
        worker_class: type[Worker] = Worker,
    ) -> None:
        self._load = load
        self._options = {
            "bind": f"{host}:{port}",
            "workers": 1,
            "worker_class": worker_class,
            "threads": threads,
            "worker_connections": _CONNECTIONS,
            "graceful_timeout": _GRACE_SECONDS,
            "keepalive": 5,
            "control_socket_disable": True,
            "logger_class": _Log,
            "post_fork": lambda _server, _worker: configure_tracing(service, "web"),
            "worker_exit": lambda _server, _worker: shutdown_tracing(),
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return self._load()
