"""A bound on every wait for PostgreSQL, kept on this side of the connection.

`statement_timeout` is the server's promise: a server that is frozen, or a network that swallows packets, does not keep
it. psycopg2 hands its waiting to a callback, and this one gives up in time.
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

CONNECT_SECONDS = 3.0
REQUEST_SECONDS = 4.0
"""For all that a web request asks: its client is promised an answer within five seconds."""
ANSWER_SECONDS = 10.0
"""Where no deadline is set: beyond the server's own limit on statements, which comes first while the server lives."""

_EVENTS = {extensions.POLL_READ: select.POLLIN, extensions.POLL_WRITE: select.POLLOUT}

_deadline: ContextVar[float | None] = ContextVar("database_deadline", default=None)


class PatientConnection(extensions.connection):
    """A connection whose waits end: by the answer, or by an `OperationalError` that also closes it."""

    is_open = False
    """Whether the connection is past its beginning."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_open = True


@contextmanager
def waiting_at_most(seconds: float) -> Iterator[None]:
    """All waits of this thread inside the block together, whatever a block around it says."""
    token = _deadline.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _deadline.reset(token)


@contextmanager
def time_not_counted() -> Iterator[None]:
    """What goes on inside the block, such as a call of another service, has limits of its own and uses up none here."""
    started = time.monotonic()
    try:
        yield
    finally:
        if (deadline := _deadline.get()) is not None:
            _deadline.set(deadline + time.monotonic() - started)


def bound_all_waits() -> None:
    """Install the callback, for the whole process. Connections of other classes wait as long as it takes."""
    extensions.set_wait_callback(_wait)


def _wait(connection: extensions.connection) -> None:
    """Wait until the connection has its answer. Raises `OperationalError` at the deadline; psycopg2 then closes it."""
    until = _patience_ends(connection) if isinstance(connection, PatientConnection) else math.inf
    while (state := connection.poll()) != extensions.POLL_OK:
        left = until - time.monotonic()
        if left <= 0:
            raise psycopg2.OperationalError("the database does not answer")
        poller = select.poll()
        poller.register(connection.fileno(), _EVENTS[state])
        poller.poll(None if left == math.inf else left * 1000)


def _patience_ends(connection: PatientConnection) -> float:
    now, deadline = time.monotonic(), _deadline.get()
    if connection.is_open:
        return now + ANSWER_SECONDS if deadline is None else deadline
    return min(now + CONNECT_SECONDS, math.inf if deadline is None else deadline)
