"""The batch consumer: each message has its effect once, whatever comes twice, out of form, or at a bad moment."""

import threading
import time
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

import psycopg2

from servicekit.contracts import CloudEvent, OrderCancelled, UserDeleted
from servicekit.ids import new_id
from servicekit.messaging import Handlers, Incoming
from tests.servicekit.stage import Stage, make_event, wait_until


def effects(stage: Stage) -> list[str]:
    return sorted(str(order_id) for (order_id,) in stage.rows("SELECT order_id FROM effects"))


def parked(stage: Stage) -> list[tuple[str, str]]:
    return [tuple(row) for row in stage.rows("SELECT consumer, reason FROM parked_messages ORDER BY reason")]


class Effects:
    """A handler that writes one row per order, in a connection of its own, and can be told to misbehave."""

    def __init__(self, stage: Stage) -> None:
        self._url = stage.database_url
        self.culprit: str | None = None
        self.absent = threading.Event()
        self.met_absence = threading.Event()
        self.batches: list[int] = []

    def on_order_cancelled(self, messages: Sequence[Incoming[OrderCancelled]]) -> None:
        if self.absent.is_set():
            self.met_absence.set()
            raise psycopg2.OperationalError("the database is away")
        order_ids = [str(message.data.order_id) for message in messages]
        self.batches.append(len(order_ids))
        if self.culprit in order_ids:
            raise RuntimeError("a defect that this message brings to light")
        with psycopg2.connect(self._url) as connection, connection.cursor() as cursor:
            cursor.executemany("INSERT INTO effects VALUES (%s)", [(order_id,) for order_id in order_ids])
        connection.close()

    @property
    def handlers(self) -> Handlers:
        return {"order.cancelled": self.on_order_cancelled, "order.confirmed": None}


def test_handles_each_message_once_when_all_come_three_times(stage: Stage) -> None:
    events = [make_event() for _ in range(100)]
    bodies = [event.to_json() for event in events]
    stage.publish(*bodies, *bodies, *bodies)

    def left_after_a_run() -> int:
        """What a consumer has been given and not yet begun with goes back to the queue when it stops."""
        with stage.consumer(Effects(stage).handlers):
            wait_until(lambda: stage.waiting() == 0)
        return stage.waiting()

    wait_until(lambda: left_after_a_run() == 0)

    assert effects(stage) == sorted(str(event.data.order_id) for event in events)


def test_works_in_batches_under_load(stage: Stage) -> None:
    stage.publish(*(make_event().to_json() for _ in range(600)))
    handler = Effects(stage)

    with stage.consumer(handler.handlers):
        wait_until(lambda: len(effects(stage)) == 600)

    assert max(handler.batches) > 20


def test_works_half_of_its_time_at_most_when_rounds_find_few(stage: Stage) -> None:
    rounds: list[tuple[float, float]] = []

    def take_a_while(_messages: Sequence[Incoming[OrderCancelled]]) -> None:
        begun = time.monotonic()
        time.sleep(0.03)
        rounds.append((begun, time.monotonic()))

    with stage.consumer({"order.cancelled": take_a_while}):
        for _ in range(50):
            stage.publish(make_event().to_json())
        wait_until(lambda: stage.waiting() == 0)

    _to_be_careful, _waited_for, *usual = rounds
    assert len(usual) >= 3
    pauses = [begun - ended for (_, ended), (begun, _) in pairwise(usual)]
    assert sum(pauses) > 0.8 * 0.03 * len(pauses)


def test_parks_what_is_not_an_event_and_lets_its_neighbours_through(stage: Stage) -> None:
    good = make_event()
    wrong_field = good.to_json().replace("customer", "boredom")
    unexpected = good.to_json().replace("order.cancelled", "order.shipped")
    stage.publish(b"\xff\xfe", '{"type": "order.eaten"}', wrong_field, unexpected, "[1, 2]", good.to_json())

    with stage.consumer(Effects(stage).handlers):
        wait_until(lambda: effects(stage) and len(parked(stage)) == 5)

    assert [reason for _, reason in parked(stage)] == [
        "not_json", "schema_violation", "schema_violation", "unknown_type", "unknown_type",
    ]  # fmt: skip
    assert effects(stage) == [str(good.data.order_id)]


def test_believes_a_queues_one_writer_only(stage: Stage) -> None:
    """Whoever may write to another queue of the same consumer must not speak for the writer of this one."""
    good = make_event()
    foreign = CloudEvent.of(UserDeleted(user_id=new_id())).to_json()
    disguised = good.model_copy(update={"source": "storefront/auth"}).to_json()
    stage.publish(foreign, disguised, good.to_json())

    with stage.consumer({**Effects(stage).handlers, "user.deleted": None}):
        wait_until(lambda: effects(stage) and len(parked(stage)) == 2)

    assert [reason for _, reason in parked(stage)] == ["unexpected_type", "wrong_source"]
    assert effects(stage) == [str(good.data.order_id)]


def test_parks_an_event_whose_time_is_nowhere(stage: Stage) -> None:
    stage.publish(make_event().model_copy(update={"time": datetime(1, 1, 1)}).to_json())  # noqa: DTZ001

    with stage.consumer(Effects(stage).handlers):
        wait_until(lambda: parked(stage))

    assert parked(stage) == [("payment.orders", "schema_violation")]


def test_parks_poison_whose_properties_cannot_be_stored(stage: Stage) -> None:
    """RabbitMQ takes any bytes for text, and a NUL within."""
    handler = Effects(stage)
    stage.publish(b"poison", message_id="a\x00b", type="c\x00d", headers={"e\x00f": "g\x00h", "i": b"\xff"})

    with stage.consumer(handler.handlers):
        wait_until(lambda: parked(stage))

    assert stage.waiting() == 0


def test_parks_a_second_message_that_reuses_an_id(stage: Stage) -> None:
    original = make_event()
    impostor = original.model_copy(update={"data": OrderCancelled(order_id=make_event().data.order_id, reason="staff")})
    stage.publish(original.to_json(), impostor.to_json())

    with stage.consumer(Effects(stage).handlers):
        wait_until(lambda: parked(stage))

    assert parked(stage) == [("payment.orders", "id_reused")]
    assert effects(stage) == [str(original.data.order_id)]


def test_isolates_the_message_that_makes_a_batch_fail(stage: Stage) -> None:
    events = [make_event() for _ in range(30)]
    handler = Effects(stage)
    handler.culprit = str(events[17].data.order_id)
    stage.publish(*(event.to_json() for event in events))

    with stage.consumer(handler.handlers):
        wait_until(lambda: len(effects(stage)) == 29 and parked(stage))

    assert parked(stage) == [("payment.orders", "processing_failed")]
    assert stage.waiting() == 0


def test_holds_messages_while_the_database_is_away(stage: Stage) -> None:
    handler = Effects(stage)
    handler.absent.set()
    stage.publish(*(make_event().to_json() for _ in range(10)))

    with stage.consumer(handler.handlers):
        wait_until(handler.met_absence.is_set)
        handler.absent.clear()
        wait_until(lambda: len(effects(stage)) == 10)

    assert parked(stage) == []


def test_gives_unfinished_messages_back_when_told_to_stop(stage: Stage) -> None:
    handler = Effects(stage)
    handler.absent.set()
    stage.publish(*(make_event().to_json() for _ in range(10)))

    with stage.consumer(handler.handlers):
        wait_until(handler.met_absence.is_set)

    wait_until(lambda: stage.waiting() == 10)


def test_two_consumers_share_a_queue_without_doubling_effects(stage: Stage) -> None:
    bodies = [make_event().to_json() for _ in range(300)]
    stage.publish(*bodies, *bodies)

    with stage.consumer(Effects(stage).handlers), stage.consumer(Effects(stage).handlers):
        wait_until(lambda: stage.waiting() == 0 and len(effects(stage)) >= 300)

    assert len(effects(stage)) == 300


def test_returns_to_work_after_the_broker_was_killed(stage: Stage) -> None:
    handler: Any = Effects(stage)
    with stage.consumer(handler.handlers):
        stage.rabbitmq.kill()
        stage.rabbitmq.start()
        stage.publish(make_event().to_json())

        wait_until(lambda: effects(stage), timeout_seconds=40)
