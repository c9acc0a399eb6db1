"""Messages behind the services' backs: copies of what was published, and what nobody should ever publish."""

from collections.abc import Iterable
from dataclasses import dataclass

import pika

from servicekit.messaging.topology import EXCHANGES
from tests.rest import queue_lengths
from tests.running_shop import RunningShop
from tests.waiting import wait_until


@dataclass(frozen=True)
class Message:
    type: str
    body: bytes
    message_id: str | None = None


def recorded_messages(shop: RunningShop, service: str, *, after: int = 0) -> list[Message]:
    """Events of the service's outbox, as its relay publishes them; `after` is an earlier `latest_message`."""
    rows = shop.rows(service, "SELECT type, body, event_id::text FROM outbox_events WHERE id > %s ORDER BY id", after)
    return [Message(event_type, body.encode(), event_id) for event_type, body, event_id in rows]


def latest_message(shop: RunningShop, service: str) -> int:
    """The position of the service's outbox at this moment."""
    return shop.number(service, "SELECT coalesce(max(id), 0) FROM outbox_events")


def publish(shop: RunningShop, service: str, messages: Iterable[Message]) -> None:
    """As the service itself would, with its own account; returns when the broker has confirmed all of them."""
    connection = pika.BlockingConnection(pika.URLParameters(shop.addresses.brokers[service]))
    try:
        channel = connection.channel()
        channel.confirm_delivery()
        for message in messages:
            properties = pika.BasicProperties(delivery_mode=2, message_id=message.message_id, type=message.type)
            channel.basic_publish(EXCHANGES[service], message.type, message.body, properties, mandatory=True)
    finally:
        connection.close()


def wait_until_queued(shop: RunningShop, user: str, queue: str, count: int) -> None:
    """Returns when at least so many messages wait in the queue for a consumer that is away."""
    wait_until(lambda: queue_lengths(shop, user, [queue])[queue] >= count, waiting_for=f"{count} messages in {queue}")
