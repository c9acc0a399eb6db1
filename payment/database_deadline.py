"""A limit on every wait for the database, kept by this process itself.

The server's own limits (`statement_timeout` and its kin) hold as long as the server runs. A server that is stopped, or
behind a network that swallows packets, answers nothing at all, and libpq would wait for it without end.
"""

import select
import time
from contextvars import ContextVar, Token
from typing import Any

import psycopg2
from psycopg2 import extensions

_CONNECT_SECONDS = 3.0
_ANSWER_SECONDS = 10.0

_EVENTS = {extensions.POLL_READ: select.POLLIN, extensions.POLL_WRITE: select.POLLOUT}

_deadline: ContextVar[float | None] = ContextVar("database_deadline", default=None)


def install() -> None:
    """Make every psycopg2 connection of this process wait through `_wait`."""
    extensions.set_wait_callback(_wait)


def start(seconds: float) -> Token[float | None]:
    """From now on, all waits of this thread together end after `seconds`. Undo with `stop`."""
    return _deadline.set(time.monotonic() + seconds)


def stop(token: Token[float | None]) -> None:
    _deadline.reset(token)


def _wait(connection: Any) -> None:
    """Wait until the connection has its answer. Raises `OperationalError` at the deadline; psycopg2 then closes it."""
    longest = _CONNECT_SECONDS if connection.status == extensions.STATUS_SETUP else _ANSWER_SECONDS
    until = time.monotonic() + longest
    limit = _deadline.get()
    if limit is not None:
        until = min(until, limit)
    while (state := connection.poll()) != extensions.POLL_OK:
        left = until - time.monotonic()
        if left <= 0:
            raise psycopg2.OperationalError("the database did not answer in time")
        poller = select.poll()
        poller.register(connection.fileno(), _EVENTS[state])
        poller.poll(left * 1000)
