"""What token checks look into: the ended sessions, in the memory of this process."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from product.revocations.services import refuse_tokens
from servicekit.revocations import LIST_PATH, RevokedSessions


@cache
def revoked_sessions() -> RevokedSessions:
    """Those of this process."""
    return RevokedSessions(
        _cursor,
        record=_record,
        outages=(OperationalError, InterfaceError),
        list_url=f"{settings.AUTH_URL}{LIST_PATH}",
    )


# Outside of a request nobody else gives the connection back.


def _record(until_by_session: Mapping[UUID, datetime]) -> None:
    try:
        refuse_tokens(until_by_session=until_by_session)
    finally:
        connection.close()


@contextmanager
def _cursor() -> Iterator[Any]:
    was_open = connection.connection is not None
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        if not was_open:
            connection.close()
