"""Sessions that were ended before their tokens expire: the table of them, and the memory that token checks look into.

The table `revoked_sessions` looks the same in every service. The SQL is plain, on the service's own psycopg2 cursor,
like that of `servicekit.messaging`.
"""

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx2
import structlog
from psycopg2.extras import execute_values
from pydantic import AwareDatetime, BaseModel, ValidationError

LIST_PATH = "/.well-known/revoked-sessions.json"
"""Where auth publishes its list."""
MOST_REMEMBERED = 100_000
"""Some 15 MB of ids. Whoever causes more signs in as often within the life of a token. Beyond it the table is asked."""

# A token is judged by the clock of the process that checks it, a row by the database's and auth's. A row that stays
# a little longer does no harm, so that clocks may differ by so much.
_IN_FORCE = "until > now() - interval '5 minutes'"
_PURGED_AT_ONCE = 1_000

_REFRESH_SECONDS = 2.0
_FETCH_SECONDS = 15.0
_FETCH_TIMEOUT = httpx2.Timeout(5.0, connect=2.0)
_REFRESH_IN_CHECK_SECONDS = 10.0
_RELOAD_SECONDS = 300.0
_OVERLAP_SECONDS = 60.0
"""Rows become visible at their commit, some time after the moment that they carry."""
_SECONDS_BETWEEN_FIRST_TRIES = 0.5
_NEVER = float("-inf")

Record = Callable[[Mapping[UUID, datetime]], None]
"""Writes sessions with their `until` into the service's table, and has committed them on return."""
OpenCursor = Callable[[], AbstractContextManager[Any]]
"""A psycopg2 cursor on the service's database, committed and given back at the end of the block."""

_log = structlog.get_logger(__name__)


class RevocationList(BaseModel):
    """What auth publishes: the sessions whose tokens are to be refused, and until when."""

    until_by_session: dict[UUID, AwareDatetime]


class RevocationsUnknown(Exception):
    """The table could not be read since this process started: nobody can tell which tokens are still good."""


def record_revocations(cursor: Any, until_by_session: Mapping[UUID, datetime]) -> None:
    """Refuse the sessions' tokens from now on, and forget some whose tokens have all expired. Commits nothing."""
    execute_values(
        cursor,
        "INSERT INTO revoked_sessions (session_id, until) VALUES %s ON CONFLICT (session_id) DO NOTHING",
        [(str(session_id), until) for session_id, until in sorted(until_by_session.items())],
        template="(%s::uuid, %s)",
    )
    cursor.execute(
        f"""
        DELETE FROM revoked_sessions WHERE session_id IN (
            SELECT session_id FROM revoked_sessions WHERE NOT {_IN_FORCE}
            ORDER BY until LIMIT %s FOR UPDATE SKIP LOCKED
        )
        """,  # nosec B608  # noqa: S608  (a constant)
        (_PURGED_AT_ONCE,),
    )


class RevokedSessions:
    """The table's content in memory, a few seconds old.

    `keep_fresh` starts a thread for that, so that no request waits for it. Where there is none (after a fork, in
    another server), every tenth second a check pays for all. While the database is away what is known stays known.
    """

    def __init__(
        self, open_cursor: OpenCursor, *, record: Record, outages: tuple[type[Exception], ...], list_url: str
    ) -> None:
        """`outages`: what the two functions raise while the database is away. `list_url`: where auth has its list."""
        self._open_cursor = open_cursor
        self._record = record
        self._list_url = list_url
        self._outages = outages
        self._list_outages: tuple[type[Exception], ...] = (httpx2.HTTPError, ValidationError, *outages)
        self._known: set[UUID] = set()
        self._is_complete = True
        self._tried_at = self._read_at = self._reloaded_at = _NEVER
        self._lock = threading.Lock()
        self._stopping = threading.Event()

    def is_revoked(self, session_id: UUID) -> bool:
        """Raises `RevocationsUnknown` as long as the table could not be read once."""
        if self._read_at == _NEVER or time.monotonic() - self._tried_at > _REFRESH_IN_CHECK_SECONDS:
            self.refresh()
        return session_id in self._known or (not self._is_complete and self._is_in_table(session_id))

    def refresh(self) -> None:
        """Read what is new. One thread at a time does so, and only the very first time others wait for it.

        Raises `RevocationsUnknown`.
        """
        if not self._lock.acquire(blocking=self._read_at == _NEVER):
            return
        try:
            if self._read_at != _NEVER or time.monotonic() - self._tried_at > _SECONDS_BETWEEN_FIRST_TRIES:
                self._tried_at = time.monotonic()
                self._read()
        except self._outages as error:
            _log.warning("revoked_sessions.not_read", error=type(error).__name__, known=len(self._known))
        finally:
            self._lock.release()
        if self._read_at == _NEVER:
            raise RevocationsUnknown

    def keep_fresh(self) -> None:
        """Start a thread that refreshes every two seconds, until `stop` or the end of the process.

        Every 15 it also takes in auth's own list: a broker that is down delivers no news.
        """
        threading.Thread(target=self._refresh_until_stopped, name="revoked-sessions", daemon=True).start()

    def stop(self) -> None:
        self._stopping.set()

    def _refresh_until_stopped(self) -> None:
        fetched_at = _NEVER
        while not self._stopping.is_set():
            with suppress(RevocationsUnknown):
                if time.monotonic() - fetched_at > _FETCH_SECONDS:
                    fetched_at = time.monotonic()
                    self.take_in_list()
                self.refresh()
            self._stopping.wait(_REFRESH_SECONDS)

    def take_in_list(self) -> None:
        """Record the sessions of auth's list that are not known here. While auth is away nothing happens."""
        try:
            response = httpx2.get(self._list_url, timeout=_FETCH_TIMEOUT, trust_env=False)
            listed = RevocationList.model_validate_json(response.raise_for_status().content).until_by_session
            unknown = {session_id: until for session_id, until in listed.items() if session_id not in self._known}
            if unknown:
                self._record(unknown)
        except self._list_outages as error:
            _log.warning("revoked_sessions.list_not_taken_in", error=type(error).__name__)

    def _read(self) -> None:
        """All of the table from time to time, which also forgets what is over; the latest rows in between."""
        now = time.monotonic()
        is_reload = now - self._reloaded_at > _RELOAD_SECONDS
        newer_than_seconds = None if is_reload else now - self._read_at + _OVERLAP_SECONDS
        with self._open_cursor() as cursor:
            found = _read_rows(cursor, newer_than_seconds)
        if is_reload:
            self._known, self._reloaded_at = found, now
        elif self._is_complete and not found <= self._known:
            self._known = self._known | found
        self._is_complete = len(self._known) < MOST_REMEMBERED
        self._read_at = now

    def _is_in_table(self, session_id: UUID) -> bool:
        with self._open_cursor() as cursor:
            cursor.execute("SELECT FROM revoked_sessions WHERE session_id = %s::uuid", (str(session_id),))
            return cursor.fetchone() is not None


def _read_rows(cursor: Any, newer_than_seconds: float | None) -> set[UUID]:
    condition = _IN_FORCE if newer_than_seconds is None else "recorded_at > now() - make_interval(secs => %s)"
    parameters = () if newer_than_seconds is None else (newer_than_seconds,)
    cursor.execute(
        f"SELECT session_id::text FROM revoked_sessions WHERE {condition} LIMIT {MOST_REMEMBERED}",  # nosec B608  # noqa: S608
        parameters,
    )
    return {UUID(session_id) for (session_id,) in cursor.fetchall()}
