"""What happens around every HTTP request, in any framework: request id, trace, log context, access line, metric."""

import json
import re
import time
from collections.abc import Mapping
from contextlib import ExitStack
from http import HTTPStatus

import structlog
from opentelemetry.trace import SpanKind

from servicekit import metrics, tracing
from servicekit.ids import new_id
from servicekit.problems import CONTENT_TYPE, Problem

MAX_BODY_BYTES = 1_048_576
"""The largest request body that is read, except where an endpoint takes files."""

BROWSER_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}
"""On every answer of services that have no pages but their documentation. Product has more of them, by Django."""

_READING_SECONDS = 10
_SLOWEST_BYTES_PER_SECOND = 32_768

_REASONABLE_ID = re.compile(r"[A-Za-z0-9._~:/+=-]{1,128}", re.ASCII)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_PROBES = frozenset({"/healthcheck", "/health", "/metrics"})

_log = structlog.get_logger(__name__)


def request_id_from(header: str | None) -> str:
    """The caller's `X-Request-ID` when it is reasonable (1 to 128 plain characters), a new one otherwise."""
    return header if header and _REASONABLE_ID.fullmatch(header) else str(new_id())


def reading_seconds(received_bytes: int) -> float:
    """How long a request may take to arrive, from its first byte on, when so much of it is there.

    Whoever is slower than that keeps a thread or a socket from others, by a bad line or on purpose.
    """
    return _READING_SECONDS + received_bytes / _SLOWEST_BYTES_PER_SECOND


def last_answer(problem: Problem) -> bytes:
    """What goes over the wire where a request never reaches the application. The connection is closed behind it."""
    request_id = str(new_id())
    body = json.dumps(problem.body(request_id))
    head = (
        f"HTTP/1.1 {problem.status} {HTTPStatus(problem.status).phrase}",
        f"Content-Type: {CONTENT_TYPE}",
        f"Content-Length: {len(body)}",
        f"X-Request-ID: {request_id}",
        "Connection: close",
    )
    return ("\r\n".join(head) + "\r\n\r\n" + body).encode("ascii")


class RequestScope:
    """The observation of one request. The framework's hook makes one, and calls `finish` exactly once.

    `headers` needs a case-insensitive `get`. While the scope is open, log lines carry the request id and events
    recorded join the request's trace.
    """

    def __init__(self, method: str, path: str, headers: Mapping[str, str]) -> None:
        self.method = method if method in _METHODS else "OTHER"
        self.path = path
        self.request_id = request_id_from(headers.get("X-Request-ID"))
        self._started = time.perf_counter()
        self._stack = ExitStack()
        self._span = self._stack.enter_context(
            tracing.span(
                f"HTTP {self.method}",
                kind=SpanKind.SERVER,
                traceparent=headers.get("traceparent"),
                **{"http.request.method": self.method, "url.path": path},
            )
        )
        self._stack.enter_context(structlog.contextvars.bound_contextvars(request_id=self.request_id))

    def finish(self, route: str | None, status: int) -> None:
        """Close the scope. `route` is the template ("/api/v1/orders/{id}"), None when nothing matched."""
        seconds = time.perf_counter() - self._started
        route = route or "unmatched"
        self._span.update_name(f"{self.method} {route}")
        self._span.set_attributes({"http.route": route, "http.response.status_code": status})
        metrics.HTTP_REQUEST_SECONDS.labels(self.method, route, str(status)).observe(seconds)
        if self.path not in _PROBES or status >= 500:
            _log.info(
                "http.answered", method=self.method, route=route, status=status, duration_ms=round(seconds * 1000, 1)
            )
        self._stack.close()
