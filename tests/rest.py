"""The shop at rest: every event processed, every question answered, both sides agree, nothing is left in the broker."""

from collections.abc import Iterator, Mapping
from typing import Any

import pika

from servicekit.messaging.topology import QUEUES
from stack.credentials import SERVICES
from tests.invariants import Violation, violations
from tests.running_shop import RunningShop
from tests.waiting import wait_until

_QUESTIONS = ("product", "payment.orders", r"^order\..*$")
_ROUTES = (
    ("auth", "payment.users", r"^(user\..*|session\.revoked)$"),
    ("auth", "product.users", r"^(user\..*|session\.revoked)$"),
    _QUESTIONS,
    ("payment", "product.payments", r"^.*$"),
)
"""Producer, queue, and the event types that go there."""
_WORK_QUEUES = [queue for queues in QUEUES.values() for queue in queues]
_LAST_RESORTS = [*(f"{queue}.dlq" for queue in _WORK_QUEUES), "unrouted"]


def wait_for_rest(shop: RunningShop, *, timeout_seconds: float = 60) -> None:
    """Returns when every event is published and processed, every question answered, and no message waits."""
    try:
        wait_until(lambda: not unrest(shop), timeout_seconds=timeout_seconds)
    except AssertionError:
        raise AssertionError(f"no rest after {timeout_seconds} s: {unrest(shop)}") from None


def assert_at_rest(shop: RunningShop, *, parked: int = 0) -> None:
    """Everything has settled, exactly once, and both sides agree. `parked`: how much poison payment was sent."""
    wait_for_rest(shop)
    assert list(violations_at_rest(shop, parked={"payment": parked})) == []


def violations_at_rest(shop: RunningShop, *, parked: Mapping[str, int]) -> Iterator[Violation]:
    """Of what must hold once nothing is under way. `parked`: how much poison each service was sent."""
    yield from violations(shop, grace_seconds=0)
    for producer, queue, types in _ROUTES:
        sent, processed = _sent_and_processed(shop, producer, queue, types)
        for event_id in processed - sent:
            yield Violation("I5", f"{queue} processed {event_id}, which nobody recorded")
    for service in QUEUES:
        count = shop.number(service, "SELECT count(*) FROM parked_messages WHERE resolved_at IS NULL")
        if count != parked.get(service, 0):
            yield Violation("I10", f"{service} has parked {count} messages, {parked.get(service, 0)} were planted")
    for queue, length in _not_empty(queue_lengths(shop, "operator", _LAST_RESORTS)).items():
        yield Violation("I10", f"{length} messages in {queue}")


def queue_lengths(shop: RunningShop, user: str, queues: list[str]) -> dict[str, int]:
    """Counted by asking for each queue: what the management API tells is up to ten seconds old."""
    connection = pika.BlockingConnection(pika.URLParameters(shop.addresses.brokers[user]))
    try:
        channel = connection.channel()
        return {queue: channel.queue_declare(queue, passive=True).method.message_count for queue in queues}
    finally:
        connection.close()


def forgive_lost_questions(shop: RunningShop) -> None:
    """After somebody has emptied the queue of orders: what is not processed by now is asked anew, by other events."""
    sent, processed = _sent_and_processed(shop, *_QUESTIONS)
    shop.lost_events |= sent - processed


def unrest(shop: RunningShop) -> dict[str, Any]:
    """What is still under way. Empty when nothing is."""
    unpublished = "SELECT type, event_id::text FROM outbox_events WHERE published_at IS NULL"
    under_way: dict[str, Any] = {
        "unpublished": [row for service in SERVICES for row in shop.rows(service, unpublished)],
        "unanswered": shop.rows("product", "SELECT id::text FROM orders WHERE asked_at IS NOT NULL"),
        "unprocessed": {
            (queue, event_id)
            for producer, queue, types in _ROUTES
            for event_id in _missing(shop, producer, queue, types)
        },
        "waiting": _not_empty(queue_lengths(shop, "operator", _WORK_QUEUES)),
    }
    return {name: value for name, value in under_way.items() if value}


def _missing(shop: RunningShop, producer: str, queue: str, types: str) -> set[str]:
    sent, processed = _sent_and_processed(shop, producer, queue, types)
    return sent - processed - shop.lost_events


def _sent_and_processed(shop: RunningShop, producer: str, queue: str, types: str) -> tuple[set[str], set[str]]:
    """Ids of the events that the queue is to bring to its consumer, and of those that the consumer has taken in."""
    consumer = queue.partition(".")[0]
    processed = shop.rows(consumer, "SELECT message_id::text FROM inbox_messages WHERE consumer = %s", queue)
    sent = shop.rows(producer, "SELECT event_id::text FROM outbox_events WHERE type ~ %s", types)
    return {event_id for (event_id,) in sent}, {message_id for (message_id,) in processed}


def _not_empty(lengths: dict[str, int]) -> dict[str, int]:
    return {queue: length for queue, length in lengths.items() if length}
