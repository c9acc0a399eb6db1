"""PostgreSQL refusing, or saying nothing at all: a quick 503, and recovery without a restart."""

import socket
import time
from collections.abc import Iterator

import pytest
from django.db import connection, connections

from servicekit.principal import Principal
from tests.problems import assert_problem
from tests.product.api import Api

pytestmark = pytest.mark.django_db(transaction=True)

PATHS = ["/api/v1/products", "/api/v1/categories", "/api/v1/orders"]


@pytest.fixture
def address() -> Iterator[socket.socket]:
    """A port of ours, where connections are accepted and nobody ever says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


@pytest.fixture
def _database_elsewhere(address: socket.socket) -> Iterator[None]:
    """The database is said to be at `address`."""
    connection.close()
    default = connections.settings["default"]
    port, default["PORT"] = default["PORT"], address.getsockname()[1]
    yield
    default["PORT"] = port


@pytest.fixture
def client(customer: Principal) -> Api:
    return Api(customer)


def assert_unavailable(client: Api, path: str) -> None:
    started = time.monotonic()
    answer = client.get(path)

    assert time.monotonic() - started < 5
    assert_problem(answer, 503, "unavailable")


@pytest.mark.usefixtures("_database_elsewhere")
@pytest.mark.parametrize("path", PATHS)
def test_a_server_that_refuses_connections_is_a_quick_503(client: Api, address: socket.socket, path: str) -> None:
    address.close()

    assert_unavailable(client, path)


@pytest.mark.usefixtures("_database_elsewhere")
def test_a_server_that_never_answers_is_a_503_within_five_seconds(client: Api) -> None:
    assert_unavailable(client, "/api/v1/products")


@pytest.mark.usefixtures("_database_elsewhere")
def test_the_process_is_alive_but_not_ready(client: Api, address: socket.socket) -> None:
    address.close()
    health, healthcheck = client.get("/health"), client.get("/healthcheck")

    assert (health.status_code, health.json()["dependencies"]) == (503, {"database": "unavailable"})
    assert int(health.headers["Retry-After"]) > 0
    assert (healthcheck.status_code, healthcheck.json()) == (200, {"status": "ok"})
