"""A relay that rests hears of new events at once, and a relay that works is not rung for."""

import psycopg2
import pytest

from servicekit.outbox import relay
from tests.servicekit.stage import Stage, make_event, wait_until

PUBLISHED = "SELECT id FROM outbox_events WHERE published_at IS NOT NULL"
RESTING = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ExclusiveLock'"
INSERT = "INSERT INTO outbox_events (event_id, type, body) VALUES (gen_random_uuid(), 'order.cancelled', '{}')"


@pytest.fixture(autouse=True)
def never_looks_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Longer than any test waits."""
    monkeypatch.setattr(relay, "_LOOK_EVERY_SECONDS", 60)


def test_an_event_wakes_a_relay_that_rests(stage: Stage) -> None:
    with stage.relay():
        wait_until(lambda: stage.rows(RESTING))
        stage.record(make_event())

        wait_until(lambda: stage.rows(PUBLISHED))
        wait_until(lambda: stage.rows(RESTING))
        stage.record(make_event())
        wait_until(lambda: len(stage.rows(PUBLISHED)) == 2)
        # So that it hears of its end.
        wait_until(lambda: stage.rows(RESTING))
        stage.record(make_event())


def test_a_relay_does_not_rest_while_somebody_writes(stage: Stage) -> None:
    writer = psycopg2.connect(stage.database_url)
    with writer.cursor() as cursor:
        cursor.execute(INSERT)
        with stage.relay():
            stage.record(make_event())
            wait_until(lambda: stage.rows(PUBLISHED))

            assert not stage.rows(RESTING)
            writer.commit()

            wait_until(lambda: len(stage.rows(PUBLISHED)) == 2)
            wait_until(lambda: stage.rows(RESTING))
            stage.record(make_event())
    writer.close()


def test_nobody_is_rung_for_while_no_relay_rests(stage: Stage) -> None:
    listener = psycopg2.connect(stage.database_url)
    listener.autocommit = True
    with listener.cursor() as cursor:
        cursor.execute("LISTEN outbox")
        stage.record(make_event(), make_event())
        cursor.execute("SELECT 1")

    listener.poll()
    assert listener.notifies == []
    listener.close()
