"""What token checks look into: the ended sessions, in the memory of this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from payment.database import DatabaseUnavailable, TransactionConflict, driver_cursor, transaction
from servicekit.revocations import RevokedSessions


@cache
def revoked_sessions() -> RevokedSessions:
    """Those of this process."""
    return RevokedSessions(_cursor, outages=(DatabaseUnavailable, TransactionConflict))


@contextmanager
def _cursor() -> Iterator[Any]:
    with transaction() as session:
        yield driver_cursor(session)
