"""Taking in which sessions were ended."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from payment.database import driver_cursor, transaction
from servicekit.revocations import record_revocations


def refuse_tokens(*, until_by_session: Mapping[UUID, datetime]) -> None:
    """Refuse all tokens of these sessions until the given moments, when the last of them has expired anyway."""
    with transaction() as session:
        record_revocations(driver_cursor(session), until_by_session)
