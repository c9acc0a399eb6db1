"""The relay's side of the table `outbox_events`: claim, mark, give up. Plain SQL (asyncpg), the same everywhere."""

import asyncio
import math
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Self
from uuid import UUID

import asyncpg

from servicekit.outbox.bell import Bell
from servicekit.outbox.row import ERASED_BODY
from servicekit.settings import POSTGRES_LIMITS_MILLISECONDS

MAX_ATTEMPTS = 5
_LARGEST_ID = 2**63 - 1
_CLAIM_SECONDS = 2.5
_RENEWED_EVERY_SECONDS = 0.8

# Unpublished rows, whoever wrote them and whenever they became visible: never "id > last seen", because ids are given
# out before commits and a slow transaction would be passed over. SKIP LOCKED lets several relays share the work, and
# the claim expires, so that a relay which dies leaves nothing behind. Whoever lives renews it in time.
_CLAIM = f"""
    UPDATE outbox_events SET claimed_until = now() + interval '{_CLAIM_SECONDS} seconds', attempts = attempts + 1
    WHERE id IN (
        SELECT id FROM outbox_events
        WHERE published_at IS NULL AND failed_at IS NULL AND (claimed_until IS NULL OR claimed_until < now())
        ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED
    )
    RETURNING id, event_id, type, correlation_id, body, created_at
"""  # nosec B608  # noqa: S608  (a constant)
_RENEW = f"""
    UPDATE outbox_events SET claimed_until = now() + interval '{_CLAIM_SECONDS} seconds'
    WHERE id = ANY($1::bigint[]) AND published_at IS NULL AND claimed_until > now()
"""  # nosec B608  # noqa: S608  (a constant)
# Only while the claim holds: whoever slept through it cannot tell whether the broker that confirmed is still there.
_MARK = """
    UPDATE outbox_events SET published_at = now(), claimed_until = NULL
    WHERE id = ANY($1::bigint[]) AND claimed_until > now()
"""
_CLAIMED_FOR = """
    SELECT extract(epoch FROM min(claimed_until) - now())::float FROM outbox_events
    WHERE published_at IS NULL AND failed_at IS NULL
"""
_FAIL = """
    UPDATE outbox_events SET claimed_until = NULL, last_error = failure.error,
        failed_at = CASE WHEN attempts >= $3 THEN now() END
    FROM unnest($1::bigint[], $2::text[]) AS failure (id, error) WHERE outbox_events.id = failure.id
"""
_RELEASE = """
    UPDATE outbox_events SET claimed_until = NULL, attempts = attempts - 1
    WHERE id = ANY($1::bigint[]) AND published_at IS NULL
"""
# Downwards from an id. What is claimed goes the same way: another relay may have published it to the broker that is
# lost, and is about to say so.
_SEND_AGAIN = f"""
    UPDATE outbox_events SET published_at = NULL, claimed_until = NULL, attempts = 0
    WHERE id IN (
        SELECT id FROM outbox_events WHERE id < $1 AND failed_at IS NULL AND body <> '{ERASED_BODY}'
        ORDER BY id DESC LIMIT $2 FOR UPDATE
    )
    RETURNING id
"""  # nosec B608  # noqa: S608  (a constant)
KEPT_DAYS = 7
"""For so long a published event can be looked up and sent again. It may tell of people: it is not kept for ever."""
_KEPT = f"interval '{KEPT_DAYS} days'"
# The oldest published rows are the first by id: no other index is needed to find them.
_FORGET = f"""
    DELETE FROM outbox_events WHERE id IN (
        SELECT id FROM (
            SELECT id, created_at FROM outbox_events WHERE published_at IS NOT NULL
            ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED
        ) AS oldest WHERE created_at < now() - {_KEPT}
    )
"""  # nosec B608  # noqa: S608  (a constant)
_LAG = """
    SELECT count(*) AS waiting, coalesce(extract(epoch FROM now() - min(created_at)), 0)::float AS oldest_seconds
    FROM outbox_events WHERE published_at IS NULL AND failed_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class ClaimedEvent:
    """A row that this relay alone publishes, for as long as it is `keeping` it."""

    id: int
    event_id: UUID
    type: str
    correlation_id: UUID | None
    body: str
    created_at: datetime


class OutboxStore:
    """One connection to the service's database. An async context manager."""

    def __init__(self, connection: asyncpg.Connection, bell: Bell) -> None:
        self._connection = connection
        self.bell = bell

    @classmethod
    async def connect(cls, database_url: str) -> Self:
        connection = await asyncpg.connect(
            database_url,
            timeout=3,
            command_timeout=10,
            server_settings={name: str(value) for name, value in POSTGRES_LIMITS_MILLISECONDS.items()},
        )
        return cls(connection, await Bell.of(connection))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        self._connection.terminate()

    async def claim(self, limit: int) -> list[ClaimedEvent]:
        rows = await self._connection.fetch(_CLAIM, limit)
        return sorted((ClaimedEvent(*row.values()) for row in rows), key=lambda event: event.id)

    async def claimed_for(self) -> float:
        """Seconds until the first claim runs out, of those that others have; infinite when there is none."""
        seconds: float | None = await self._connection.fetchval(_CLAIMED_FOR)
        return math.inf if seconds is None else max(0.0, seconds)

    @asynccontextmanager
    async def keeping(self, events: Sequence[ClaimedEvent]) -> AsyncIterator[None]:
        """Renew the claim for as long as the block takes, which must leave the store alone.

        A claim that ran out all the same, because this process or the database slept, means that the events are
        published twice, which the consumers' inboxes bear.
        """
        is_over = asyncio.Event()
        renewing = asyncio.create_task(self._renew([event.id for event in events], is_over))
        try:
            yield
        finally:
            is_over.set()
            await renewing

    async def _renew(self, ids: Sequence[int], is_over: asyncio.Event) -> None:
        while not is_over.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(is_over.wait(), _RENEWED_EVERY_SECONDS)
                return
            await self._connection.execute(_RENEW, ids)

    async def mark_published(self, ids: Sequence[int]) -> None:
        await self._connection.execute(_MARK, ids)

    async def record_failures(self, errors: Mapping[int, str]) -> None:
        """Note the error of each row and let it be claimed again. After the fifth try it waits for an operator."""
        await self._connection.execute(_FAIL, list(errors), list(errors.values()), MAX_ATTEMPTS)

    async def release(self, ids: Sequence[int]) -> None:
        """Give rows back that were never really tried, because the broker went away: it costs them no attempt."""
        await self._connection.execute(_RELEASE, ids)

    async def send_again(self, *, below: int | None, limit: int) -> list[int]:
        """Count the newest of the rows `below` an id as not published, at most so many. Returns their ids."""
        rows = await self._connection.fetch(_SEND_AGAIN, _LARGEST_ID if below is None else below, limit)
        return [row["id"] for row in rows]

    async def forget_published(self, limit: int) -> int:
        """Delete events that were published a week ago, at most so many. Returns how many."""
        deleted: str = await self._connection.execute(_FORGET, limit)
        return int(deleted.removeprefix("DELETE "))

    async def lag(self) -> tuple[int, float]:
        """Number of waiting rows, and the age of the oldest in seconds."""
        row = await self._connection.fetchrow(_LAG)
        return row["waiting"], row["oldest_seconds"]
