"""RabbitMQ: killed, away, restarted, frozen, out of disk, and wiped of everything that it had confirmed."""

import signal
from collections.abc import Iterator

from faults.fault import Fault, Scene
from faults.rabbitmqctl import control
from tests.rest import forgive_lost_events

_AWAY_SECONDS = 60
_FROZEN_SECONDS = 30
_ALARM_SECONDS = 30
_GATHER_SECONDS = 10
_RECOVERED_SECONDS = 30


def faults() -> Iterator[Fault]:
    yield Fault("rabbitmq", "kill", "RabbitMQ", _kill, limit_seconds=_RECOVERED_SECONDS)
    yield Fault("rabbitmq", "away", "RabbitMQ away", _away, limit_seconds=_RECOVERED_SECONDS)
    yield Fault("rabbitmq", "restart", "RabbitMQ", _restart, limit_seconds=_RECOVERED_SECONDS)
    yield Fault("rabbitmq", "freeze", "RabbitMQ frozen", _freeze, limit_seconds=45)
    yield Fault("rabbitmq", "disk-alarm", "RabbitMQ", _disk_alarm, limit_seconds=_RECOVERED_SECONDS)
    yield Fault("rabbitmq", "wipe", "RabbitMQ", _wipe, limit_seconds=_RECOVERED_SECONDS)


def _kill(scene: Scene) -> None:
    rabbitmq = scene.shop.machinery.rabbitmq
    rabbitmq.process.kill()
    rabbitmq.start()


def _away(scene: Scene) -> None:
    scene.shop.machinery.rabbitmq.kill()
    try:
        scene.hold(_AWAY_SECONDS)
    finally:
        scene.shop.machinery.rabbitmq.start()


def _restart(scene: Scene) -> None:
    rabbitmq = scene.shop.machinery.rabbitmq
    rabbitmq.process.stop()
    rabbitmq.start()


def _freeze(scene: Scene) -> None:
    node = scene.shop.machinery.rabbitmq.process
    node.kill(signal.SIGSTOP)
    try:
        scene.hold(_FROZEN_SECONDS)
    finally:
        node.kill(signal.SIGCONT)


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
