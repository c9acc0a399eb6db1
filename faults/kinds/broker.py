"""RabbitMQ: killed, away, restarted, frozen, out of disk, robbed of a queue's messages, and wiped of everything."""

from collections.abc import Iterator
from contextlib import contextmanager
from operator import attrgetter

from faults.fault import Fault, Scene
from faults.kinds.servers import Server
from faults.rabbitmqctl import control
from tests.rest import forgive_lost_questions

_ALARM_SECONDS = 30
_GATHER_SECONDS = 10
_RECOVERED_SECONDS = 30

_SERVER = Server(attrgetter("rabbitmq"), away_seconds=60)


def faults() -> Iterator[Fault]:
    yield Fault("rabbitmq", "kill", "RabbitMQ", _SERVER.kill, limit_seconds=_RECOVERED_SECONDS)
    yield Fault("rabbitmq", "away", "RabbitMQ away", _SERVER.away, limit_seconds=_RECOVERED_SECONDS)
    yield Fault("rabbitmq", "restart", "RabbitMQ", _SERVER.restart, limit_seconds=_RECOVERED_SECONDS)
    yield Fault("rabbitmq", "freeze", "RabbitMQ frozen", _SERVER.freeze, limit_seconds=45)
    yield Fault("rabbitmq", "disk-alarm", "RabbitMQ", _disk_alarm, limit_seconds=_RECOVERED_SECONDS)
    yield Fault("rabbitmq", "wipe", "RabbitMQ", _wipe, limit_seconds=_RECOVERED_SECONDS)
    yield Fault("rabbitmq", "purge", "RabbitMQ", _purge, limit_seconds=_RECOVERED_SECONDS)


def _disk_alarm(scene: Scene) -> None:
    """The broker thinks that its disk is full: it takes no message, and reads nothing from who sent one."""
    control(scene.shop.machinery.rabbitmq, "set_disk_free_limit", "900000GB")
    try:
        scene.hold(_ALARM_SECONDS)
    finally:
        control(scene.shop.machinery.rabbitmq, "set_disk_free_limit", "200MB")


def _wipe(scene: Scene) -> None:
    """With messages in its queues."""
    rabbitmq = scene.shop.machinery.rabbitmq
    with _consumers_away(scene, "payment-consumer", "product-consumer"):
        rabbitmq.kill()
        rabbitmq.wipe()
        rabbitmq.start()


def _purge(scene: Scene) -> None:
    """Somebody empties the queue of the questions to payment."""
    with _consumers_away(scene, "payment-consumer"):
        control(scene.shop.machinery.rabbitmq, "purge_queue", "payment.orders")
        forgive_lost_questions(scene.shop.people)


@contextmanager
def _consumers_away(scene: Scene, *names: str) -> Iterator[None]:
    """Long enough for messages to gather in their queues."""
    consumers = [scene.shop.machinery.processes[name] for name in names]
    for consumer in consumers:
        consumer.stop()
    try:
        scene.hold(_GATHER_SECONDS)
        yield
    finally:
        for consumer in consumers:
            consumer.start()
