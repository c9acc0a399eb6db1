"""The web server's process. Its parent only watches over its workers and does without Django, which they load."""

from types import FrameType
from typing import Any

from product.start import start
from servicekit.wsgi_server import WebServer
from servicekit.wsgi_worker import Worker


class _Worker(Worker):
    _waiting: Any = None
    """Product's `OrderWatcher`, once the application is loaded."""

    def load_wsgi(self) -> None:
        super().load_wsgi()
        # Not before: Django is set up by now.
        from product.orders.waiting import order_watcher  # noqa: PLC0415
        from product.revocations.memory import revoked_sessions  # noqa: PLC0415

        self._waiting = order_watcher()
        revoked_sessions().keep_fresh()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """At SIGTERM nobody waits for an order any longer: they are answered with its state of this moment."""
        if self._waiting is not None:
            self._waiting.stop()
        super().handle_exit(sig, frame)


def main() -> None:
    """Serve the pages and the API until SIGTERM."""
    environment = start("web")
    WebServer(
        "product",
        _application,
        host=environment.host,
        port=environment.port,
        workers=environment.web_workers,
        threads=environment.web_threads,
        worker_class=_Worker,
    ).run()


def _application() -> Any:
    from product.wsgi import application  # noqa: PLC0415  (in the worker, after the fork)

    return application
