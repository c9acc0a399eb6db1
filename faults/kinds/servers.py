"""What can happen to either server, PostgreSQL or RabbitMQ: killed, away, restarted, frozen."""

import signal
from collections.abc import Callable
from dataclasses import dataclass

from faults.fault import Scene
from stack.postgres import Postgres
from stack.rabbitmq import RabbitMQ
from stack.shop import Shop

_FROZEN_SECONDS = 30


@dataclass(frozen=True)
class Server:
    """Its methods inflict faults on one of the shop's."""

    of: Callable[[Shop], Postgres | RabbitMQ]
    away_seconds: float

    def kill(self, scene: Scene) -> None:
        server = self.of(scene.shop.machinery)
        server.process.kill()
        server.start()

    def away(self, scene: Scene) -> None:
        server = self.of(scene.shop.machinery)
        server.kill()
        try:
            scene.hold(self.away_seconds)
        finally:
            server.start()

    def restart(self, scene: Scene) -> None:
        """By the server's own signal: who is connected is told so."""
        server = self.of(scene.shop.machinery)
        server.process.stop()
        server.start()

    def freeze(self, scene: Scene) -> None:
        process = self.of(scene.shop.machinery).process
        process.kill(signal.SIGSTOP)
        try:
            scene.hold(_FROZEN_SECONDS)
        finally:
            process.kill(signal.SIGCONT)
