"""A broker and a database with the three messaging tables, for tests of the relay and the consumer."""

from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from stack.servers import Servers
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
    stage.empty_queues()
    yield stage
    stage.close()
