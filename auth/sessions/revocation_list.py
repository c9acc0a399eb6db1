"""The sessions whose tokens everybody must refuse, as a list to fetch: for when the broker does not deliver the news.

It says of opaque ids that they are worth nothing any more, and so it is public, like the revocation lists of
certificates.
"""

import asyncio
import time

from sqlalchemy import func, select

from auth.database import transaction
from auth.sessions.models import RevokedSession
from servicekit.revocations import MOST_REMEMBERED, RevocationList

_FRESH_SECONDS = 2.0


class PublishedRevocations:
    """The list as JSON, two seconds old at most: however many ask, the database is asked once."""

    def __init__(self) -> None:
        self._body = b""
        self._read_at = float("-inf")
        self._lock = asyncio.Lock()

    async def body(self) -> bytes:
        """Raises `DatabaseUnavailable`."""
        async with self._lock:
            if time.monotonic() - self._read_at > _FRESH_SECONDS:
                now = time.monotonic()
                self._body = (await _read()).model_dump_json().encode()
                self._read_at = now
            return self._body


async def _read() -> RevocationList:
    query = select(RevokedSession.session_id, RevokedSession.until).where(RevokedSession.until > func.now())
    async with transaction() as session:
        rows = (await session.execute(query.order_by(RevokedSession.until.desc()).limit(MOST_REMEMBERED))).all()
    return RevocationList(until_by_session={row.session_id: row.until for row in rows})
