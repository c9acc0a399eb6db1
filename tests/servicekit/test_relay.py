"""The outbox relay: every committed row reaches the broker, and a row is marked only when the broker has it."""

import asyncio
import json
import threading
import time
from itertools import pairwise
from typing import Any

import psycopg2
import pytest

from faults.rabbitmqctl import control
from servicekit.outbox.publisher import Publisher
from tests.servicekit.stage import Stage, make_event, wait_until

UNPUBLISHED = "SELECT id FROM outbox_events WHERE published_at IS NULL"


def test_publishes_each_event_with_its_envelope_mirrored_into_properties(stage: Stage) -> None:
    event = make_event()
    stage.record(event)

    with stage.relay():
        wait_until(lambda: not stage.rows(UNPUBLISHED))

    [(properties, body)] = stage.drain()
    assert json.loads(body)["id"] == properties.message_id == str(event.id)
    assert properties.type == "order.cancelled"
    assert properties.correlation_id == str(event.data.order_id)
    assert properties.app_id == "product"
    assert properties.content_type == "application/cloudevents+json"
    assert properties.delivery_mode == 2


def test_several_relays_share_the_work_without_doubling_it(stage: Stage) -> None:
    events = [make_event() for _ in range(1500)]
    stage.record(*events)

    with stage.relay(), stage.relay(), stage.relay():
        wait_until(lambda: not stage.rows(UNPUBLISHED))

    assert sorted(json.loads(body)["id"] for _, body in stage.drain()) == sorted(str(event.id) for event in events)


def test_works_half_of_its_time_at_most_when_rounds_find_few(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    rounds: list[tuple[float, float]] = []
    publish = Publisher.publish

    async def take_a_while(*arguments: Any) -> Any:
        begun = time.monotonic()
        await asyncio.sleep(0.03)
        outcome = await publish(*arguments)
        rounds.append((begun, time.monotonic()))
        return outcome

    monkeypatch.setattr(Publisher, "publish", take_a_while)
    with stage.relay():
        for _ in range(100):
            stage.record(make_event())
            time.sleep(0.005)
        wait_until(lambda: not stage.rows(UNPUBLISHED))

    _waited_for, *usual = rounds
    assert len(usual) >= 3
    pauses = [begun - ended for (_, ended), (begun, _) in pairwise(usual)]
    assert sum(pauses) > 0.8 * 0.03 * len(pauses)


def test_a_row_that_commits_late_is_not_passed_over(stage: Stage) -> None:
    late = psycopg2.connect(stage.database_url)
    with late.cursor() as cursor:
        cursor.execute(
            "INSERT INTO outbox_events (event_id, type, body) VALUES (gen_random_uuid(), 'order.cancelled', '{}')"
        )
        stage.record(make_event())
        with stage.relay():
            wait_until(lambda: stage.rows("SELECT 1 FROM outbox_events WHERE published_at IS NOT NULL"))
            late.commit()
            wait_until(lambda: len(stage.rows("SELECT 1 FROM outbox_events WHERE published_at IS NOT NULL")) == 2)
    late.close()


def test_a_poison_row_is_set_aside_after_five_tries_and_those_behind_it_flow(stage: Stage) -> None:
    stage.rows(
        "INSERT INTO outbox_events (event_id, type, body) VALUES (gen_random_uuid(), 'order.cancelled', 'no JSON')"
    )
    stage.record(make_event(), make_event())

    with stage.relay():
        wait_until(lambda: stage.rows("SELECT 1 FROM outbox_events WHERE failed_at IS NOT NULL"))
        wait_until(lambda: len(stage.rows("SELECT 1 FROM outbox_events WHERE published_at IS NOT NULL")) == 2)

    assert stage.rows("SELECT attempts, last_error FROM outbox_events WHERE failed_at IS NOT NULL") == [
        (5, "ValueError")
    ]


def test_a_message_that_the_broker_refuses_does_not_take_its_neighbours_along(stage: Stage) -> None:
    stage.record(make_event())
    stage.rows(
        "INSERT INTO outbox_events (event_id, type, body) VALUES (gen_random_uuid(), 'order.cancelled', %s)",
        json.dumps({"padding": "x" * 5_000_000}),
    )
    stage.record(make_event())

    with stage.relay():
        wait_until(lambda: stage.rows("SELECT 1 FROM outbox_events WHERE failed_at IS NOT NULL"), timeout_seconds=60)
        wait_until(lambda: len(stage.rows("SELECT 1 FROM outbox_events WHERE published_at IS NOT NULL")) == 2)


def test_an_event_that_no_queue_wants_is_kept_where_an_operator_sees_it(stage: Stage) -> None:
    stage.rows("INSERT INTO outbox_events (event_id, type, body) VALUES (gen_random_uuid(), 'nobody.listens', '{}')")

    with stage.relay():
        wait_until(lambda: not stage.rows(UNPUBLISHED))

    with stage.channel("operator") as channel:
        assert channel.queue_declare("unrouted", passive=True).method.message_count >= 1


def test_a_queue_that_takes_nothing_for_a_while_costs_no_event_its_tries(stage: Stage) -> None:
    """Full, or without a majority of its nodes: the broker refuses every message, whatever is in it."""
    limit = {"max-length": 1, "overflow": "reject-publish", "delivery-limit": 20}
    control(stage.rabbitmq, "set_policy", "full", "^payment[.]orders$", json.dumps(limit), "--priority", "9")
    try:
        stage.record(*(make_event() for _ in range(10)))
        with stage.relay():
            wait_until(stage.waiting)
            time.sleep(3)
            assert stage.rows("SELECT id FROM outbox_events WHERE failed_at IS NOT NULL OR attempts > 1") == []
            control(stage.rabbitmq, "clear_policy", "full")

            wait_until(lambda: not stage.rows(UNPUBLISHED), timeout_seconds=30)
    finally:
        control(stage.rabbitmq, "set_policy", "full", "^no such queue$", json.dumps(limit))

    assert len({json.loads(body)["id"] for _, body in stage.drain()}) == 10


def test_catches_up_by_itself_when_the_broker_returns(stage: Stage) -> None:
    with stage.relay():
        stage.rabbitmq.kill()
        stage.record(*(make_event() for _ in range(20)))
        stage.rabbitmq.start()

        wait_until(lambda: not stage.rows(UNPUBLISHED), timeout_seconds=40)

    assert len({json.loads(body)["id"] for _, body in stage.drain()}) == 20


def test_claims_of_a_relay_that_died_expire(stage: Stage) -> None:
    stage.record(make_event())
    stage.rows("UPDATE outbox_events SET claimed_until = now() + interval '1 second', attempts = 1")

    with stage.relay():
        assert stage.rows(UNPUBLISHED)
        wait_until(lambda: not stage.rows(UNPUBLISHED))


def test_published_events_are_forgotten_after_a_week(stage: Stage) -> None:
    stage.record(*[make_event() for _ in range(3)])
    stage.rows("UPDATE outbox_events SET published_at = created_at")
    stage.rows("UPDATE outbox_events SET created_at = now() - interval '7 days 1 minute' WHERE id < 3")
    stage.record(make_event())
    stage.rows("UPDATE outbox_events SET created_at = now() - interval '8 days', failed_at = now() WHERE id = 4")

    with stage.relay():
        wait_until(lambda: stage.rows("SELECT id FROM outbox_events ORDER BY id") == [(3,), (4,)])


def test_an_event_recorded_by_many_threads_at_once_is_published_once(stage: Stage) -> None:
    def record_some() -> None:
        connection = psycopg2.connect(stage.database_url)
        for _ in range(50):
            event = make_event()
            with connection, connection.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO outbox_events (event_id, type, body) VALUES (%s, %s, %s)",
                    (str(event.id), event.type, event.to_json()),
                )
        connection.close()

    threads = [threading.Thread(target=record_some) for _ in range(4)]
    with stage.relay():
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        wait_until(lambda: not stage.rows(UNPUBLISHED))

    bodies = [body for _, body in stage.drain()]
    assert len(bodies) == len(set(bodies)) == 200
