"""Messages: each five times, in any order, poisoned; and consumers that can hardly keep up."""

import json
import signal
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import pika

from faults.fault import Fault, Scene
from servicekit.ids import new_id
from servicekit.messaging.topology import QUEUES
from stack.credentials import SERVICES
from tests.faults.messages import Message, latest_message, publish, recorded_messages

_COPIES = 5
_GATHER_SECONDS = 10
_SLOW_SECONDS = 30
_AT_ONCE = 200
_PRODUCER_OF = {
    "payment.orders": "product",
    "product.payments": "payment",
    "payment.users": "auth",
    "product.users": "auth",
}


def faults() -> Iterator[Fault]:
    for service in SERVICES:
        yield Fault(f"{service}-events", "five-times", "messages", partial(_repeat, service))
        yield Fault(f"{service}-events", "poison", "messages", partial(plant_poison, service))
    for consumer, queues in QUEUES.items():
        yield Fault(f"{consumer}-consumer", "slow", "messages", partial(_slow, consumer))
        for queue in queues:
            yield Fault(queue, "shuffle", "messages", partial(_shuffle, consumer, queue))


def _repeat(service: str, scene: Scene) -> None:
    """The latest events, while some of them are still being processed, in five copies."""
    people = scene.shop.people
    messages = recorded_messages(people, service, after=latest_message(people, service) - _AT_ONCE)
    copies = messages * _COPIES
    scene.chance.shuffle(copies)
    publish(people, service, copies)


def plant_poison(service: str, scene: Scene) -> None:
    """No JSON, no known type, no such amount: what goes to two queues is parked twice."""
    people, unique = scene.shop.people, str(new_id())
    routing_key = {"auth": "user.registered", "product": "order.placed", "payment": "payment.succeeded"}[service]
    event = {"specversion": "1.0", "id": unique, "type": routing_key, "data": {"total": 0.1}}
    bodies = [f"poison {unique} \x00".encode(), json.dumps(event).encode(),
              json.dumps(event | {"type": "order.teleported"}).encode(), f'[["{unique}"'.encode() * 500]  # fmt: skip
    publish(people, service, [Message(routing_key, body, str(new_id())) for body in bodies])
    for queue, producer in _PRODUCER_OF.items():
        if producer == service:
            scene.poison[queue.partition(".")[0]] += len(bodies)


def _slow(consumer: str, scene: Scene) -> None:
    """A tenth of the time is left to it."""
    process = scene.shop.machinery.processes[f"{consumer}-consumer"]
    until = time.monotonic() + (_SLOW_SECONDS / 5 if scene.is_quick else _SLOW_SECONDS)
    while time.monotonic() < until:
        process.kill(signal.SIGSTOP)
        time.sleep(0.9)
        process.kill(signal.SIGCONT)
        time.sleep(0.1)


def _shuffle(consumer: str, queue: str, scene: Scene) -> None:
    """Let messages gather, take them out, and put them back in another order before they are seen as taken."""
    people, process = scene.shop.people, scene.shop.machinery.processes[f"{consumer}-consumer"]
    process.stop()
    try:
        scene.hold(_GATHER_SECONDS)
        connection = pika.BlockingConnection(pika.URLParameters(people.addresses.brokers[consumer]))
        try:
            channel = connection.channel()
            taken = list[Any]()
            while len(taken) < _AT_ONCE and (got := channel.basic_get(queue))[0] is not None:
                taken.append(got)
            messages = [Message(properties.type, body, properties.message_id) for _, properties, body in taken]
            scene.chance.shuffle(messages)
            publish(people, _PRODUCER_OF[queue], messages)
            for method, _, _ in taken:
                channel.basic_ack(method.delivery_tag)
        finally:
            connection.close()
    finally:
        process.start()
