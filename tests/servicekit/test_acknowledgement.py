"""One word acknowledges a batch: never a message that lies between and is not settled, whatever the reason."""

import threading
from collections.abc import Iterator, Sequence
from typing import Any

import psycopg2
import pytest

from faults.rabbitmqctl import control
from servicekit.messaging import Delivery, Incoming
from servicekit.messaging.topology import dead_letter_queue
from tests.servicekit.stage import QUEUE, Stage, make_event, wait_until

DEAD_LETTERS = dead_letter_queue(QUEUE)
PARKED = "SELECT convert_from(body, 'UTF8') FROM parked_messages"


class Handler:
    """Holds the messages in hand until `gate` is set: meanwhile a batch gathers behind them."""

    def __init__(self) -> None:
        self.gate, self.is_at_gate = threading.Event(), threading.Event()
        self.gate.set()
        self.culprit = ""
        self.handled: list[str] = []

    def on_order_cancelled(self, messages: Sequence[Incoming[Any]]) -> None:
        self.is_at_gate.set()
        assert self.gate.wait(10)
        ids = [str(message.event_id) for message in messages]
        if self.culprit in ids:
            raise RuntimeError("a defect that this message brings to light")
        self.handled += ids


class Database:
    """Wraps what the consumer does with its database: counts what it processes, and can refuse to park."""

    def __init__(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        self.batches: list[int] = []
        self.refuses_to_park = False
        self.refusal: Exception = psycopg2.OperationalError("the database is away")
        self.has_refused = threading.Event()
        self._original = stage._process, stage._park
        monkeypatch.setattr(stage, "_process", self._process)
        monkeypatch.setattr(stage, "_park", self._park)

    def _process(self, deliveries: Sequence[Delivery], handlers: Any) -> None:
        self.batches.append(len(deliveries))
        self._original[0](deliveries, handlers)

    def _park(self, *arguments: Any) -> None:
        if self.refuses_to_park:
            self.has_refused.set()
            raise self.refusal
        self._original[1](*arguments)


@pytest.fixture
def database(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Database:
    return Database(stage, monkeypatch)


@pytest.fixture
def handler() -> Handler:
    return Handler()


@pytest.fixture
def _may_send_dead_letters(stage: Stage) -> Iterator[None]:
    """Only the broker makes dead letters. Here they must come at a certain moment."""
    rights = "set_permissions", "product", r"^product\.relay$"
    control(stage.rabbitmq, *rights, r"^(product\.events|dead-letters)$", "^$")
    yield
    control(stage.rabbitmq, *rights, r"^product\.events$", r"^product\.(payments|users)(\.dlq)?$")


def gather(stage: Stage, handler: Handler, *, count: int, with_dead_letters: bool = False) -> list[str]:
    """Have so many messages waiting behind one that is in hand, and a dead letter before each. Returns their ids."""
    stage.publish(make_event().to_json())
    wait_until(lambda: handler.handled)  # from here on the consumer takes many at once
    handler.gate.clear()
    handler.is_at_gate.clear()
    stage.publish(make_event().to_json())
    wait_until(handler.is_at_gate.is_set)
    events = [make_event() for _ in range(count)]
    for event in events:
        if with_dead_letters:
            stage.publish(f"dead {event.id}", exchange="dead-letters", routing_key=DEAD_LETTERS)
        stage.publish(event.to_json())
    return [str(event.id) for event in events]


@pytest.mark.usefixtures("_may_send_dead_letters")
def test_dead_letters_between_the_messages_of_a_batch_are_parked(
    stage: Stage, database: Database, handler: Handler
) -> None:
    with stage.consumer({"order.cancelled": handler.on_order_cancelled}):
        ids = gather(stage, handler, count=5, with_dead_letters=True)
        handler.gate.set()
        wait_until(lambda: len(handler.handled) == 7 and len(stage.rows(PARKED)) == 5)

    assert handler.handled[2:] == ids
    assert sorted(body for (body,) in stage.rows(PARKED)) == [f"dead {id_}" for id_ in ids]
    assert (stage.waiting(), stage.waiting(DEAD_LETTERS)) == (0, 0)
    assert (sum(database.batches), max(database.batches) > 1) == (7, True)  # nothing came twice


@pytest.mark.usefixtures("_may_send_dead_letters")
def test_dead_letters_that_cannot_be_parked_are_not_acknowledged_with_their_neighbours(
    stage: Stage, database: Database, handler: Handler
) -> None:
    database.refuses_to_park = True
    with stage.consumer({"order.cancelled": handler.on_order_cancelled}):
        gather(stage, handler, count=5, with_dead_letters=True)
        handler.gate.set()
        wait_until(database.has_refused.is_set)

    wait_until(lambda: stage.waiting(DEAD_LETTERS) == 5)
    wait_until(lambda: stage.waiting() == 5)


def test_a_message_of_a_failed_batch_is_not_acknowledged_before_it_is_settled(
    stage: Stage, database: Database, handler: Handler
) -> None:
    database.refuses_to_park = True
    with stage.consumer({"order.cancelled": handler.on_order_cancelled}):
        ids = gather(stage, handler, count=6)
        handler.culprit = ids[2]
        handler.gate.set()
        wait_until(database.has_refused.is_set)

    wait_until(lambda: stage.waiting() == 4)
    assert handler.handled[2:] == ids[:2]

    database.refuses_to_park = False
    with stage.consumer({"order.cancelled": handler.on_order_cancelled}):
        wait_until(lambda: len(handler.handled) == 7 and stage.rows(PARKED))

    assert handler.handled[2:] == [id_ for id_ in ids if id_ != handler.culprit]
    wait_until(lambda: stage.waiting() == 0)


def test_a_message_that_cannot_be_parked_for_a_defect_is_left_with_the_broker_and_those_behind_it_flow(
    stage: Stage, database: Database, handler: Handler
) -> None:
    database.refuses_to_park, database.refusal = True, TypeError("a defect of parking")
    with stage.consumer({"order.cancelled": handler.on_order_cancelled}):
        ids = gather(stage, handler, count=6)
        handler.culprit = ids[2]
        handler.gate.set()
        wait_until(lambda: len(handler.handled) == 7)
        stage.publish(*(make_event().to_json() for _ in range(20)))
        wait_until(lambda: len(handler.handled) == 27)

    wait_until(lambda: stage.waiting() == 1)

    database.refuses_to_park = False
    with stage.consumer({"order.cancelled": handler.on_order_cancelled}):
        wait_until(lambda: stage.rows(PARKED))
    wait_until(lambda: stage.waiting() == 0)
    assert handler.handled[2:7] == [id_ for id_ in ids if id_ != handler.culprit]
