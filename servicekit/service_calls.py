"""How a service calls another one: bounded waits, one error when it is away, and whose request it is about.

Request id and trace are passed on, and address and browser of the visitor: the other side counts tries per address, and
shows people their sessions.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

import httpx2
import structlog

from servicekit.patience import time_not_counted
from servicekit.problems import TooManyRequests, Unavailable
from servicekit.tracing import current_traceparent
from servicekit.visitors import current_visitor

_TIMEOUT = httpx2.Timeout(5.0, connect=2.0)
_DEFAULT_RETRY_SECONDS = 30

_log = structlog.get_logger(__name__)


class ServiceAway(Unavailable):
    """The service does not answer in time, or answers with a fault of its own."""

    code = "service_unavailable"


@cache
def _http() -> httpx2.Client:
    """One client per process, made at first use: after gunicorn's fork.

    Connections are not kept: the other side closes idle ones just when they are taken up again, and calls are rare.
    Proxy variables of the environment are ignored, they are meant for calls to the outside.
    """
    return httpx2.Client(timeout=_TIMEOUT, limits=httpx2.Limits(max_keepalive_connections=0), trust_env=False)


def call(
    service: str,
    method: str,
    url: str,
    *,
    access_token: str | None = None,
    headers: Mapping[str, str] | None = None,
    **content: Any,
) -> httpx2.Response:
    """Send one request and return its answer: 2xx, or a 4xx that the caller translates.

    `content` is httpx2's own (`json=`, `data=`). Raises `ServiceAway`, and `TooManyRequests` for a 429. Never repeats
    a request: whether that is safe only the caller knows.
    """
    try:
        with time_not_counted():
            response = _http().request(method, url, headers=_headers(access_token, headers or {}), **content)
    except httpx2.RequestError as error:
        _log.warning("service.unreachable", service=service, error=type(error).__name__)
        raise ServiceAway from error
    if response.status_code == TooManyRequests.status:
        raise TooManyRequests(_retry_seconds(response))
    if response.is_server_error:
        _log.warning("service.failed", service=service, status=response.status_code)
        raise ServiceAway
    return response


def _headers(access_token: str | None, extra: Mapping[str, str]) -> dict[bytes, bytes]:
    """As bytes: what a visitor's browser calls itself may be anything, and goes on as it came."""
    visitor = current_visitor()
    candidates = {
        "X-Forwarded-For": visitor and visitor.address and str(visitor.address),
        "User-Agent": visitor and (visitor.user_agent or "unknown"),
        "X-Request-ID": structlog.contextvars.get_contextvars().get("request_id"),
        "traceparent": current_traceparent(),
        "Authorization": access_token and f"Bearer {access_token}",
        **extra,
    }
    return {name.encode(): value.encode("latin-1") for name, value in candidates.items() if value}


def _retry_seconds(response: httpx2.Response) -> int:
    value = response.headers.get("Retry-After", "")
    return int(value) if value.isascii() and value.isdigit() else _DEFAULT_RETRY_SECONDS
