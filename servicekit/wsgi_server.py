"""The web server of a WSGI service: gunicorn, processes with threads, configured here and nowhere else."""

import gc
import resource
import shutil
import tempfile
from collections.abc import Callable
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.config import Config
from gunicorn.glogging import Logger

from servicekit import metrics
from servicekit.tracing import configure_tracing, shutdown_tracing
from servicekit.wsgi_worker import Worker

_GRACE_SECONDS = 8
"""For requests in hand after SIGTERM."""
_MOST_CONNECTIONS = 4000
_OTHER_FILES = 500
"""Open files that are no connections of clients: those of the threads to databases and services, logs, libraries."""


class _Log(Logger):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn's messages go the way of all others. Requests are logged by the application, not here."""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        for handler in list(self.error_log.handlers):
            self.error_log.removeHandler(handler)
        self.error_log.propagate = True


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
        workers: int,
        threads: int,
        worker_class: type[Worker] = Worker,
    ) -> None:
        self._load = load
        self._metrics_folder = tempfile.mkdtemp(prefix=f"{service}-metrics-") if workers > 1 else None
        self._options = {
            "bind": f"{host}:{port}",
            "workers": workers,
            "worker_class": worker_class,
            "threads": threads,
            "worker_connections": _most_connections(),
            "graceful_timeout": _GRACE_SECONDS,
            "keepalive": 5,
            "control_socket_disable": True,
            "logger_class": _Log,
            # Memory that garbage collections walk over is shared with the parent no longer.
            "pre_fork": lambda _server, _worker: gc.freeze(),
            "post_fork": lambda _server, _worker: self._begin(service),
            "worker_exit": lambda _server, _worker: shutdown_tracing(),
            "on_exit": lambda _server: self._end(),
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        application = self._load()
        gc.freeze()  # what is there by now stays: walking it in each full collection holds up all requests for 90 ms
        return application

    def _begin(self, service: str) -> None:
        """In a worker that has just been forked."""
        configure_tracing(service, "web")
        if self._metrics_folder is not None:
            metrics.count_with_others(self._metrics_folder)

    def _end(self) -> None:
        """In the parent, which alone may clear away what its workers share."""
        if self._metrics_folder is not None:
            shutil.rmtree(self._metrics_folder, ignore_errors=True)


def _most_connections() -> int:
    """As many as the operating system grants the process. Where it runs out of files, gunicorn's worker would end."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_CONNECTIONS + _OTHER_FILES
    if soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return max(soft // 2, min(_MOST_CONNECTIONS, soft - _OTHER_FILES))
