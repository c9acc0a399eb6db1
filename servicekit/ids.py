"""Identifiers: UUIDv7, so that ids sort by time of creation and index well."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """Return a new UUIDv7 as a standard-library `UUID` (the drivers cannot adapt other classes)."""
    return uuid7()
