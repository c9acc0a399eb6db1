"""The web server process."""

from types import FrameType
from typing import Any

from product.environment import Settings
from product.orders.waiting import order_watcher
from product.revocations.memory import revoked_sessions
from servicekit.wsgi_server import WebServer
from servicekit.wsgi_worker import Worker


class _Worker(Worker):
    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """At SIGTERM nobody waits for an order any longer: they are answered with its state of this moment."""
        order_watcher().stop()
        super().handle_exit(sig, frame)


def serve(environment: Settings) -> None:
    """Serve the pages and the API until SIGTERM."""
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

    revoked_sessions().keep_fresh()
    return application
