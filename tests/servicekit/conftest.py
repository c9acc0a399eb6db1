"""A broker, a database with the three messaging tables for relay and consumer, and one of ended sessions."""

from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from servicekit.revocations import RevokedSessions
from stack.servers import Servers
from tests.servers import new_database
from tests.servicekit.revocations_database import TABLE, Away, Database
from tests.servicekit.stage import TABLES, Stage


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    folder: Path = tmp_path_factory.mktemp("servers")
    with Servers(folder) as running:
        yield running


@pytest.fixture
def stage(servers: Servers) -> Iterator[Stage]:
    urls = servers.create_database("payment", "messaging")
    with psycopg2.connect(urls.owner) as connection, connection.cursor() as cursor:
        cursor.execute(TABLES)
    connection.close()
    stage = Stage(urls.app, servers.rabbitmq)
    stage.mark_broker()
    stage.empty_queues()
    yield stage
    stage.close()


@pytest.fixture(scope="session")
def revocations_url(worker_name: str) -> str:
    urls = new_database("payment", f"revocations_{worker_name}")
    connection = psycopg2.connect(urls.owner)
    with connection, connection.cursor() as cursor:
        cursor.execute(TABLE)
    connection.close()
    return urls.app


@pytest.fixture
def database(revocations_url: str) -> Iterator[Database]:
    database = Database(revocations_url)
    yield database
    database.is_away = False
    with database.cursor() as cursor:
        cursor.execute("DELETE FROM revoked_sessions")


@pytest.fixture
def revoked(database: Database) -> Iterator[RevokedSessions]:
    revoked = RevokedSessions(
        database.cursor,
        record=database.record,
        outages=(Away,),
        list_url="http://auth/.well-known/revoked-sessions.json",
    )
    yield revoked
    revoked.stop()
