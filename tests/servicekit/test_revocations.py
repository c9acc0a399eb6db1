"""Ended sessions: known to the token check within seconds, kept through outages, and bounded in number."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from servicekit import revocations
from servicekit.ids import new_id
from servicekit.revocations import RevocationsUnknown, RevokedSessions
from tests.servicekit.revocations_database import Database
from tests.waiting import wait_until


@pytest.fixture
def pass_time(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Moves the clock of this process; the database's goes on as it does."""
    ahead = [0.0]
    real = time.monotonic
    monkeypatch.setattr("servicekit.revocations.time.monotonic", lambda: real() + ahead[0])

    def move(seconds: float) -> None:
        ahead[0] += seconds

    return move


def test_a_process_that_starts_knows_what_was_revoked_before(database: Database, revoked: RevokedSessions) -> None:
    ended, live = new_id(), new_id()
    database.revoke(ended)

    assert revoked.is_revoked(ended)
    assert not revoked.is_revoked(live)


def test_learns_of_new_ones_by_looking_again(database: Database, revoked: RevokedSessions) -> None:
    session_id = new_id()
    before = revoked.is_revoked(session_id)
    database.revoke(session_id)

    revoked.refresh()

    assert (before, revoked.is_revoked(session_id)) == (False, True)


def test_a_check_looks_for_itself_where_nobody_else_does(
    database: Database, revoked: RevokedSessions, pass_time: Callable[[float], None]
) -> None:
    session_id = new_id()
    revoked.refresh()
    database.revoke(session_id)

    pass_time(11)

    assert revoked.is_revoked(session_id)


def test_checks_do_not_ask_the_database(database: Database, revoked: RevokedSessions) -> None:
    revoked.refresh()
    before = database.questions

    assert not any(revoked.is_revoked(new_id()) for _ in range(1000))
    assert database.questions == before


def test_the_same_message_again_changes_nothing(database: Database, revoked: RevokedSessions) -> None:
    session_id = new_id()

    database.revoke(session_id)
    database.revoke(session_id, until=datetime.now(UTC) - timedelta(days=1))
    database.revoke(new_id())

    assert revoked.is_revoked(session_id)
    assert database.count() == 2


def test_what_is_known_stays_known_while_the_database_is_away(
    database: Database, revoked: RevokedSessions, pass_time: Callable[[float], None]
) -> None:
    session_id = new_id()
    database.revoke(session_id)
    revoked.refresh()

    database.is_away = True
    pass_time(3600)

    assert revoked.is_revoked(session_id)
    assert not revoked.is_revoked(new_id())


def test_what_was_revoked_during_an_outage_is_known_after_it(
    database: Database, revoked: RevokedSessions, pass_time: Callable[[float], None]
) -> None:
    session_id = new_id()
    revoked.refresh()
    database.revoke(session_id)
    with database.cursor() as cursor:
        cursor.execute("UPDATE revoked_sessions SET recorded_at = now() - interval '4 minutes'")

    pass_time(240)

    assert revoked.is_revoked(session_id)


def test_nobody_is_believed_before_the_table_was_read_once(database: Database, revoked: RevokedSessions) -> None:
    database.is_away = True

    for _ in range(3):
        with pytest.raises(RevocationsUnknown):
            revoked.is_revoked(new_id())

    assert database.questions == 1  # the others did not wait for another try


def test_forgets_those_whose_tokens_have_expired(
    database: Database, revoked: RevokedSessions, pass_time: Callable[[float], None]
) -> None:
    long_over, just_over = new_id(), new_id()
    database.revoke(long_over, just_over)
    revoked.refresh()
    with database.cursor() as cursor:
        cursor.execute(
            "UPDATE revoked_sessions SET until = now() - CASE WHEN session_id = %s THEN interval '6 m' ELSE '4 m' END",
            (str(long_over),),
        )

    database.revoke(new_id())
    pass_time(301)

    assert not revoked.is_revoked(long_over)
    assert revoked.is_revoked(just_over)  # clocks differ
    assert database.count() == 2


def test_memory_is_bounded_and_the_rest_is_looked_up(
    database: Database,
    revoked: RevokedSessions,
    pass_time: Callable[[float], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(revocations, "MOST_REMEMBERED", 10)
    flood = [new_id() for _ in range(25)]
    revoked.refresh()
    database.revoke(*flood[:6])
    revoked.refresh()
    database.revoke(*flood[6:])
    revoked.refresh()

    assert all(revoked.is_revoked(session_id) for session_id in flood)
    assert not revoked.is_revoked(new_id())
    assert len(revoked._known) < 2 * 10


def test_recovers_from_a_flood(
    database: Database,
    revoked: RevokedSessions,
    pass_time: Callable[[float], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(revocations, "MOST_REMEMBERED", 10)
    database.revoke(*(new_id() for _ in range(25)))
    revoked.refresh()
    with database.cursor() as cursor:
        cursor.execute("UPDATE revoked_sessions SET until = now() - interval '1 hour'")
    late = new_id()
    database.revoke(late)

    pass_time(301)

    assert revoked.is_revoked(late)
    before = database.questions
    assert not revoked.is_revoked(new_id())
    assert database.questions == before


def test_a_thread_keeps_it_fresh(database: Database, revoked: RevokedSessions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revocations, "_REFRESH_SECONDS", 0.02)
    session_id = new_id()
    revoked.keep_fresh()
    database.revoke(session_id)

    wait_until(lambda: session_id in revoked._known)
