"""The database of a service that remembers ended sessions, which a test can take away."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg2

from servicekit.revocations import record_revocations

TABLE = """
    CREATE TABLE revoked_sessions (
        session_id uuid PRIMARY KEY, until timestamptz NOT NULL,
        recorded_at timestamptz NOT NULL DEFAULT clock_timestamp())
"""


class Away(Exception):
    """What the database raises here while it is away."""


class Database:
    """A service's database, that a test can take away."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.is_away = False
        self.questions = 0

    @contextmanager
    def cursor(self) -> Iterator[Any]:
        self.questions += 1
        if self.is_away:
            raise Away
        connection = psycopg2.connect(self._url)
        try:
            with connection, connection.cursor() as cursor:
                yield cursor
        finally:
            connection.close()

    def revoke(self, *session_ids: UUID, until: datetime | None = None) -> None:
        self.record(dict.fromkeys(session_ids, until or datetime.now(UTC) + timedelta(minutes=15)))

    def record(self, until_by_session: Mapping[UUID, datetime]) -> None:
        with self.cursor() as cursor:
            record_revocations(cursor, until_by_session)

    def count(self) -> int:
        with self.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM revoked_sessions")
            return int(cursor.fetchone()[0])
