"""A bound on every wait for PostgreSQL, kept on this side of the connection.

`statement_timeout` is the server's promise: a server that is frozen, or a network that swallows packets, does not keep
it. psycopg2 hands its waiting to a callback, and this one gives up in time.
"""

import select
from typing import Any

import psycopg2
from psycopg2 import extensions

CONNECT_SECONDS = 3.0
ANSWER_SECONDS = 4.5
"""Below the five seconds after which a client of ours expects to be told that the database is away."""
PING_SECONDS = 1.0

_EVENTS = {extensions.POLL_READ: select.POLLIN, extensions.POLL_WRITE: select.POLLOUT}


class PatientConnection(extensions.connection):
    """A connection whose waits end: by the answer, or by an `OperationalError` that also closes it."""

    patience_seconds = CONNECT_SECONDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.patience_seconds = ANSWER_SECONDS

    def answers(self) -> bool:
        """Whether the server is there, asked with little patience."""
        self.patience_seconds = PING_SECONDS
        try:
            with self.cursor() as cursor:
                cursor.execute("SELECT 1")
        except psycopg2.Error:
            return False
        finally:
            self.patience_seconds = ANSWER_SECONDS
        return True


def bound_all_waits() -> None:
    """Install the callback, for the whole process. Connections of other classes wait as long as it takes."""
    extensions.set_wait_callback(_wait)


def _wait(connection: extensions.connection) -> None:
    patience_seconds = getattr(connection, "patience_seconds", None)
    while (state := connection.poll()) != extensions.POLL_OK:
        poller = select.poll()
        poller.register(connection.fileno(), _EVENTS[state])
        if not poller.poll(None if patience_seconds is None else patience_seconds * 1000):
            raise psycopg2.OperationalError("the database does not answer")
