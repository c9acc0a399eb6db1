"""What token checks look into: the ended sessions, in the memory of this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.db import InterfaceError, OperationalError, connection

from servicekit.revocations import RevokedSessions


@cache
def revoked_sessions() -> RevokedSessions:
    """Those of this process."""
    return RevokedSessions(_cursor, outages=(OperationalError, InterfaceError))


@contextmanager
def _cursor() -> Iterator[Any]:
    """Outside of a request nobody else gives the connection back."""
    was_open = connection.connection is not None
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        if not was_open:
            connection.close()
