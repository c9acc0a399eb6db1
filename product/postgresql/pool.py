"""A bounded pool of connections that all threads of the process share."""

import select
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import psycopg2
from psycopg2.extensions import STATUS_READY

from servicekit.patience import PatientConnection, waiting_at_most

_LONGEST_WAIT_SECONDS = 3.0
_PING_SECONDS = 1.0
_TRUSTED_SECONDS = 1.0
"""A connection that was in use so lately need not be asked whether its server is there."""


class ConnectionPool:
    """At most `size` connections are open. The one used last is handed out first, so that the others stay idle."""

    _pools: ClassVar[dict[tuple[Any, ...], "ConnectionPool"]] = {}
    _pools_lock: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self, size: int) -> None:
        self._slots = threading.BoundedSemaphore(size)
        self._idle: deque[tuple[PatientConnection, float]] = deque()

    @classmethod
    def of(cls, conn_params: Mapping[str, Any], *, size: int) -> "ConnectionPool":
        """The process's pool for the database and role of these parameters."""
        key = tuple(conn_params.get(name) for name in ("host", "port", "dbname", "user"))
        pool = cls._pools.get(key)
        if pool is None:
            with cls._pools_lock:
                pool = cls._pools.setdefault(key, cls(size))
        return pool

    def take(self, connect: Callable[[], PatientConnection]) -> PatientConnection:
        """A connection that works, new if need be. Raises `OperationalError` when none becomes free in time."""
        if not self._slots.acquire(timeout=_LONGEST_WAIT_SECONDS):
            raise psycopg2.OperationalError("every connection to the database is in use")
        try:
            return self._idle_one() or connect()
        except BaseException:
            self._slots.release()
            raise

    def put_back(self, connection: PatientConnection) -> None:
        """Return a connection. One that is broken, or left in a transaction, is closed instead of kept."""
        try:
            if not connection.closed and connection.autocommit and connection.status == STATUS_READY:
                self._idle.append((connection, time.monotonic()))
            else:
                connection.close()
        finally:
            self._slots.release()

    def _idle_one(self) -> PatientConnection | None:
        while self._idle:
            # Another thread may be quicker between the two lines: that is what the exception is for.
            try:
                connection, since = self._idle.pop()
            except IndexError:
                return None
            was_just_used = time.monotonic() - since < _TRUSTED_SECONDS
            if not _is_closed_by_server(connection) and (was_just_used or _answers(connection)):
                return connection
            connection.close()
        return None


def _is_closed_by_server(connection: PatientConnection) -> bool:
    """Whether there is something to read: a farewell, as nothing was asked."""
    poller = select.poll()
    poller.register(connection.fileno(), select.POLLIN)
    return bool(poller.poll(0))


def _answers(connection: PatientConnection) -> bool:
    """Whether the server is there, asked with little patience: there must be time left to connect anew."""
    try:
        with waiting_at_most(_PING_SECONDS), connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except psycopg2.Error:
        return False
    return True
