"""PostgreSQL: the server killed, away, restarted, frozen; and each database by itself, closed to everyone."""

import time
from collections.abc import Iterator
from functools import partial
from operator import attrgetter

import psycopg2

from faults.fault import Fault, Scene
from faults.kinds.servers import Server
from stack.credentials import SERVICES

_AWAY_SECONDS = 10
_RECOVERED_SECONDS = 10
_THAWED_SECONDS = 45

_SERVER = Server(attrgetter("postgres"), away_seconds=_AWAY_SECONDS)


def faults() -> Iterator[Fault]:
    yield Fault("postgres", "kill", "PostgreSQL", _SERVER.kill, limit_seconds=_RECOVERED_SECONDS)
    yield Fault("postgres", "away", "PostgreSQL", _SERVER.away, limit_seconds=_RECOVERED_SECONDS)
    yield Fault("postgres", "restart", "PostgreSQL", _SERVER.restart, limit_seconds=_RECOVERED_SECONDS)
    yield Fault("postgres", "freeze", "PostgreSQL frozen", _SERVER.freeze, limit_seconds=_THAWED_SECONDS)
    for service in SERVICES:
        name = f"{service}-database"
        yield Fault(name, "close", "PostgreSQL", partial(_close, service), limit_seconds=_RECOVERED_SECONDS)
        yield Fault(name, "disconnect", "PostgreSQL", partial(_disconnect, service), limit_seconds=_RECOVERED_SECONDS)


def _close(service: str, scene: Scene) -> None:
    """End its sessions and let nobody in, while the other databases of the server go on."""
    _execute(scene, f"ALTER DATABASE {service} WITH ALLOW_CONNECTIONS false")
    try:
        _disconnect(service, scene)
        scene.hold(_AWAY_SECONDS)
    finally:
        _execute(scene, f"ALTER DATABASE {service} WITH ALLOW_CONNECTIONS true")


def _disconnect(service: str, scene: Scene) -> None:
    _execute(scene, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{service}'")


def _execute(scene: Scene, statement: str) -> None:
    """As superuser, on a database that is nobody's."""
    deadline = time.monotonic() + 10
    while True:
        try:
            connection = psycopg2.connect(scene.shop.machinery.postgres.superuser_url, connect_timeout=3)
            break
        except psycopg2.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()
