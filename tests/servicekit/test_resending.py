"""A broker that a relay has not published to before may be one that has lost everything: all is sent again."""

import json
import time
from collections.abc import Iterator
from uuid import UUID

import pytest
from pika.exceptions import ChannelClosedByBroker

from faults.rabbitmqctl import control
from servicekit.messaging.retention import INBOX_KEPT_DAYS
from servicekit.outbox import resending
from servicekit.outbox.publisher import BrokerAway, Publisher
from servicekit.outbox.row import ERASED_BODY
from servicekit.outbox.store import KEPT_DAYS
from tests.servicekit.stage import MARK, Stage, make_event, wait_until

UNPUBLISHED = "SELECT id FROM outbox_events WHERE published_at IS NULL AND failed_at IS NULL"
PUBLISH = "UPDATE outbox_events SET published_at = now(), attempts = 1"


@pytest.fixture
def unknown_broker(stage: Stage) -> Iterator[None]:
    forget_mark(stage)
    yield
    stage.mark_broker()


def forget_mark(stage: Stage) -> None:
    with stage.channel("product") as channel:
        channel.exchange_delete(MARK)


def is_marked(stage: Stage) -> bool:
    with stage.channel("operator") as channel:
        try:
            channel.exchange_declare(MARK, passive=True)
        except ChannelClosedByBroker:
            return False
    return True


def sent(stage: Stage) -> list[UUID]:
    return [UUID(json.loads(body)["id"]) for _, body in stage.drain()]


@pytest.mark.usefixtures("unknown_broker")
def test_what_was_published_to_a_broker_that_lost_it_is_sent_again_once(stage: Stage) -> None:
    published, waiting = [make_event() for _ in range(30)], [make_event() for _ in range(3)]
    stage.record(*published)
    stage.rows(PUBLISH)
    stage.record(*waiting)

    with stage.relay():
        wait_until(lambda: is_marked(stage))
        wait_until(lambda: not stage.rows(UNPUBLISHED))
    with stage.relay():
        time.sleep(0.5)

    assert sorted(set(sent(stage))) == sorted(event.id for event in published + waiting)
    assert stage.waiting() == 0


def test_nothing_is_sent_again_to_a_broker_that_bears_the_mark(stage: Stage) -> None:
    stage.record(make_event())
    stage.rows(PUBLISH)
    stage.record(new := make_event())

    with stage.relay():
        wait_until(lambda: not stage.rows(UNPUBLISHED))
        time.sleep(0.5)

    assert sent(stage) == [new.id]


def test_a_relay_with_nothing_to_send_notices_that_the_broker_is_another(stage: Stage) -> None:
    stage.record(event := make_event())
    stage.rows(PUBLISH)

    with stage.relay():
        time.sleep(0.5)
        forget_mark(stage)
        control(stage.rabbitmq, "close_all_connections", "as if it had been killed")
        wait_until(lambda: is_marked(stage))
        wait_until(lambda: not stage.rows(UNPUBLISHED))

    assert sent(stage) == [event.id]


@pytest.mark.usefixtures("unknown_broker")
def test_new_events_go_first_then_the_newest_of_the_old_ones(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resending, "_AT_ONCE", 2)
    old = [make_event() for _ in range(5)]
    stage.record(*old)
    stage.rows(PUBLISH)
    stage.record(new := make_event())

    with stage.relay():
        wait_until(lambda: is_marked(stage))
        wait_until(lambda: not stage.rows(UNPUBLISHED))

    in_order = list(dict.fromkeys(sent(stage)))
    assert in_order[0] == new.id
    assert in_order.index(old[4].id) < in_order.index(old[2].id) < in_order.index(old[0].id)
    assert set(in_order) == {new.id, *(event.id for event in old)}


@pytest.mark.usefixtures("unknown_broker")
def test_what_was_refused_or_erased_is_not_sent_again(stage: Stage) -> None:
    stage.record(make_event(), make_event())
    stage.rows(PUBLISH)
    stage.rows("UPDATE outbox_events SET body = %s WHERE id = 1", ERASED_BODY)
    stage.rows("UPDATE outbox_events SET published_at = NULL, failed_at = now() WHERE id = 2")

    with stage.relay():
        wait_until(lambda: is_marked(stage))
        time.sleep(0.2)

    assert stage.drain() == []
    assert stage.rows("SELECT id FROM outbox_events WHERE failed_at IS NOT NULL") == [(2,)]


@pytest.mark.usefixtures("unknown_broker")
def test_a_relay_that_ends_before_it_has_left_its_mark_begins_anew(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.record(event := make_event())
    stage.rows(PUBLISH)
    mark, ends = Publisher.mark_broker, []

    async def end_once(publisher: Publisher) -> None:
        ends.append(publisher)
        if len(ends) == 1:
            raise BrokerAway("the connection broke just now")
        await mark(publisher)

    monkeypatch.setattr(Publisher, "mark_broker", end_once)
    with stage.relay():
        wait_until(lambda: is_marked(stage))
        wait_until(lambda: not stage.rows(UNPUBLISHED))

    assert len(ends) == 2
    assert set(sent(stage)) == {event.id}


@pytest.mark.usefixtures("unknown_broker")
def test_many_relays_at_an_unknown_broker_lose_nothing(stage: Stage) -> None:
    events = [make_event() for _ in range(1200)]
    stage.record(*events)
    stage.rows(PUBLISH)

    with stage.relay(), stage.relay(), stage.relay():
        wait_until(lambda: is_marked(stage))
        wait_until(lambda: not stage.rows(UNPUBLISHED))

    assert set(sent(stage)) == {event.id for event in events}


@pytest.mark.usefixtures("unknown_broker")
def test_a_relay_that_slept_through_its_claim_does_not_count_for_a_broker_that_is_gone(stage: Stage) -> None:
    """It had a confirm of the broker before; another relay has meanwhile found out that this one is lost."""
    stage.record(event := make_event())
    stage.rows("UPDATE outbox_events SET claimed_until = now() - interval '1 second', attempts = 1")

    stage.run_on_store(lambda store: store.mark_published([1]))
    assert stage.rows(UNPUBLISHED) == [(1,)]

    stage.rows("UPDATE outbox_events SET claimed_until = now() + interval '1 hour'")
    with stage.relay():
        wait_until(lambda: not stage.rows(UNPUBLISHED))
    assert sent(stage) == [event.id]


def test_inboxes_remember_for_much_longer_than_outboxes_can_send_again() -> None:
    assert INBOX_KEPT_DAYS >= 3 * KEPT_DAYS
