"""PostgreSQL away, frozen, or restarted: a quick 503, and recovery without a restart."""

import socket
import time
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from psycopg2.extensions import connection as Psycopg2Connection  # noqa: N812
from sqlalchemy import text

from payment import database
from payment.database import DatabaseUnavailable, transaction
from payment.settings import get_settings
from servicekit.ids import new_id
from servicekit.patience import waiting_at_most
from tests.payment.factories import bearer, deliver, order_placed
from tests.payment.records import balance_of


@pytest.fixture
def address() -> Iterator[socket.socket]:
    """A port of ours."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


@pytest.fixture
def _database_elsewhere(address: socket.socket, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The database is said to be at `address`, where nobody answers."""
    port = address.getsockname()[1]
    monkeypatch.setenv("PAYMENT_DATABASE_URL", f"postgresql://payment_app:x@127.0.0.1:{port}/payment")
    before = database.engine()
    for cached in (get_settings, database.engine):
        cached.cache_clear()
    yield
    for cached in (get_settings, database.engine):
        cached.cache_clear()
    before.dispose()


def assert_unavailable(client: FlaskClient, path: str) -> None:
    started = time.monotonic()
    answer = client.get(path, headers=bearer())

    assert time.monotonic() - started < 5
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.usefixtures("_database_elsewhere")
def test_a_server_that_refuses_connections_is_a_quick_503(client: FlaskClient, address: socket.socket) -> None:
    address.close()

    assert_unavailable(client, "/api/v1/payments")
    assert_unavailable(client, "/health")


@pytest.mark.usefixtures("_database_elsewhere")
def test_a_server_that_never_answers_is_a_503_within_five_seconds(client: FlaskClient) -> None:
    assert_unavailable(client, "/api/v1/payments")


def test_a_statement_that_never_ends_is_given_up_at_the_deadline() -> None:
    started = time.monotonic()

    with pytest.raises(DatabaseUnavailable), waiting_at_most(0.2), transaction() as session:
        session.execute(text("SELECT pg_sleep(5)"))

    assert time.monotonic() - started < 4


def test_a_lock_that_is_not_given_up_is_no_defect(superuser: Psycopg2Connection) -> None:
    with superuser.cursor() as cursor:
        cursor.execute("BEGIN; LOCK TABLE orders IN ACCESS EXCLUSIVE MODE")
        try:
            with pytest.raises(DatabaseUnavailable), waiting_at_most(0.3):
                deliver(order_placed())
        finally:
            cursor.execute("ROLLBACK")


def test_connections_that_were_cut_are_replaced(client: FlaskClient, superuser: Psycopg2Connection) -> None:
    assert client.get("/health").status_code == 200

    with superuser.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE usename = 'payment_app' AND datname = current_database()"
        )

    assert client.get("/health").status_code == 200


def test_a_batch_that_loses_its_connection_is_all_undone(superuser: Psycopg2Connection) -> None:
    user_id = new_id()
    question = order_placed(user_id=user_id)

    def deliver_and_lose_the_connection() -> None:
        with transaction() as session, superuser.cursor() as cursor:
            deliver(question)
            cursor.execute("SELECT pg_terminate_backend(%s)", (session.scalar(text("SELECT pg_backend_pid()")),))

    with pytest.raises(DatabaseUnavailable):
        deliver_and_lose_the_connection()
    deliver(question)

    assert balance_of(user_id) == 98_001
