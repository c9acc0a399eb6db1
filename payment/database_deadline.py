"""A limit on every wait for the database, kept by this process itself.

The server's own limits (`statement_timeout` and its kin) hold as long as the server runs. A server that is stopped, or
behind a network that swallows packets, answers nothing at all, and libpq would wait for it without end.
"""

import math
import select
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
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


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """All waits of this thread inside the block together end after `seconds`, whatever a block around it says."""
    token = _deadline.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _deadline.reset(token)


def _wait(connection: Any) -> None:
    """Wait until the connection has its answer. Raises `OperationalError` at the deadline; psycopg2 then closes it."""
    now, limit = time.monotonic(), _deadline.get()
    if connection.status == extensions.STATUS_SETUP:
        until = min(now + _CONNECT_SECONDS, limit or math.inf)
    else:
        until = limit or now + _ANSWER_SECONDS
    while (state := connection.poll()) != extensions.POLL_OK:
        left = until - time.monotonic()
        if left <= 0:
            raise psycopg2.OperationalError("the database did not answer in time")
        poller = select.poll()
        poller.register(connection.fileno(), _EVENTS[state])
        poller.poll(left * 1000)
