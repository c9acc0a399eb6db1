"""RabbitMQ: killed, away, restarted, frozen, out of disk, and wiped of everything that it had confirmed."""

from collections.abc import Iterator
from operator import attrgetter

from faults.fault import Fault, Scene
from faults.kinds.servers import Server
from faults.rabbitmqctl import control
from tests.rest import forgive_lost_events

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


def _disk_alarm(scene: Scene) -> None:
    """The broker thinks that its disk is full: it takes no message, and reads nothing from who sent one."""
    control(scene.shop.machinery.rabbitmq, "set_disk_free_limit", "900000GB")
    try:
        scene.hold(_ALARM_SECONDS)
    finally:
        control(scene.shop.machinery.rabbitmq, "set_disk_free_limit", "200MB")


def _wipe(scene: Scene) -> None:
    """With messages in its queues: the consumers were away for a moment."""
    machinery = scene.shop.machinery
    consumers = [machinery.processes[name] for name in ("payment-consumer", "product-consumer")]
    for consumer in consumers:
        consumer.stop()
    try:
        scene.hold(_GATHER_SECONDS)
        machinery.rabbitmq.kill()
        machinery.rabbitmq.wipe()
        forgive_lost_events(scene.shop.people)
        machinery.rabbitmq.start()
    finally:
        for consumer in consumers:
            consumer.start()
