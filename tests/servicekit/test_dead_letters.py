"""What the broker gave up is parked by the queue's own consumer: dead-letter queues are empty at rest."""

from collections.abc import Sequence
from typing import Any

import psycopg2
import pytest

from servicekit.messaging import Handlers, Incoming
from servicekit.messaging.topology import dead_letter_queue
from tests.servicekit.stage import QUEUE, Stage, make_event, wait_until

DELIVERY_LIMIT = 20
DEAD_LETTERS = dead_letter_queue(QUEUE)

PARKED = "SELECT consumer, reason, detail, convert_from(body, 'UTF8') FROM parked_messages"


@pytest.fixture
def dead_letter(stage: Stage) -> str:
    """The body of a message that was delivered too often."""
    body = make_event().to_json()
    stage.publish(body)
    stage.refuse(DELIVERY_LIMIT + 1)
    wait_until(lambda: stage.waiting(DEAD_LETTERS) == 1)
    return body


def handled(messages: list[str]) -> Handlers:
    def on_order_cancelled(incoming: Sequence[Incoming[Any]]) -> None:
        messages.extend(str(message.event_id) for message in incoming)

    return {"order.cancelled": on_order_cancelled}


def test_a_dead_letter_is_parked_unread(stage: Stage, dead_letter: str) -> None:
    seen: list[str] = []

    with stage.consumer(handled(seen)):
        wait_until(lambda: stage.rows(PARKED))
        wait_until(lambda: stage.waiting(DEAD_LETTERS) == 0)

    assert stage.rows(PARKED) == [(QUEUE, "dead_lettered", "the broker gave it up: delivery_limit", dead_letter)]
    assert seen == []


def test_it_is_parked_once_when_the_consumer_was_killed_before_it_said_so(stage: Stage, dead_letter: str) -> None:
    with stage.channel("payment") as channel:
        method, properties, body = channel.basic_get(DEAD_LETTERS)
        stage.park(body, properties.headers)
        channel.basic_nack(method.delivery_tag)

    with stage.consumer(handled([])):
        wait_until(lambda: stage.waiting(DEAD_LETTERS) == 0)

    assert [row[3] for row in stage.rows(PARKED)] == [dead_letter]


def test_a_dead_letter_waits_while_the_database_is_away(
    stage: Stage, dead_letter: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = []

    def refuse(*_: object) -> None:
        tries.append(1)
        raise psycopg2.OperationalError("the database is away")

    with monkeypatch.context() as patch:
        patch.setattr(stage, "_park", refuse)
        with stage.consumer(handled([])):
            wait_until(lambda: len(tries) > 1)

    wait_until(lambda: stage.waiting(DEAD_LETTERS) == 1)
    assert stage.rows(PARKED) == []


def test_its_neighbours_are_processed_meanwhile(stage: Stage, dead_letter: str) -> None:
    event, seen = make_event(), list[str]()
    stage.publish(event.to_json())

    with stage.consumer(handled(seen)):
        wait_until(lambda: seen and stage.rows(PARKED))

    assert seen == [str(event.id)]
