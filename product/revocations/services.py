"""Taking in which sessions were ended."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from servicekit.revocations import record_revocations


@transaction.atomic
def refuse_tokens(*, until_by_session: Mapping[UUID, datetime]) -> None:
    """Refuse all tokens of these sessions until the given moments, when the last of them has expired anyway."""
    with connection.cursor() as cursor:
        record_revocations(cursor, until_by_session)
