"""What token checks look into: the ended sessions, in the memory of this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from payment.database import DatabaseUnavailable, TransactionConflict, driver_cursor, transaction
from payment.revocations.services import refuse_tokens
from payment.settings import get_settings
from servicekit.revocations import LIST_PATH, RevokedSessions


@cache
def revoked_sessions() -> RevokedSessions:
    """Those of this process."""
    return RevokedSessions(
        _cursor,
        record=lambda until_by_session: refuse_tokens(until_by_session=until_by_session),
        outages=(DatabaseUnavailable, TransactionConflict),
        list_url=f"{get_settings().auth_url}{LIST_PATH}",
    )


@contextmanager
def _cursor() -> Iterator[Any]:
    with transaction() as session:
        yield driver_cursor(session)
