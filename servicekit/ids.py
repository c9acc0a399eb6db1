"""Identifiers: UUIDv7, so that ids sort by time of creation and index well."""

from datetime import datetime
from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """Return a new UUIDv7 as a standard-library `UUID` (the drivers cannot adapt other classes)."""
    return uuid7()


def earliest_id(moment: datetime) -> UUID:
    """The bound between ids of before and of after this moment: 48 bits of milliseconds, then zeros (RFC 9562, 5.7)."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)
