"""The connections that threads share: bounded in number, and in how long they let anyone wait."""

import socket
import time
from collections.abc import Iterator

import psycopg2
import pytest
from django.db import connection
from django.db.utils import InternalError, OperationalError
from psycopg2.errors import IdleInTransactionSessionTimeout, InFailedSqlTransaction

from product.errors import problem_from
from product.postgresql.pool import ConnectionPool
from servicekit.patience import PatientConnection, waiting_at_most
from servicekit.problems import Unavailable
from tests.parallel import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def silent_server() -> Iterator[int]:
    """The port of something that accepts connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def new_connection() -> PatientConnection:
    """As Django hands them over."""
    opened: PatientConnection = psycopg2.connect(**connection.get_connection_params())
    opened.autocommit = True
    return opened


def backend_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def test_a_thread_takes_up_the_connection_that_another_has_put_back() -> None:
    mine = backend_id()
    connection.close()

    def theirs() -> int:
        try:
            return backend_id()
        finally:
            connection.close()

    assert at_once([theirs]) == [mine]


def test_a_connection_that_died_is_replaced() -> None:
    dead = backend_id()
    other = new_connection()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, timeout => 5000)", [dead])
    other.close()
    connection.close()

    assert backend_id() != dead


@pytest.mark.parametrize("has_begun", [False, True])
def test_a_connection_left_in_a_transaction_is_not_handed_on(has_begun: bool) -> None:
    dirty = backend_id()
    connection.set_autocommit(False)
    if has_begun:
        assert backend_id() == dirty
    connection.close()

    assert backend_id() != dirty


def test_a_session_that_was_ended_because_the_process_slept_in_it_is_a_database_that_is_away() -> None:
    """Raised as psycopg2 does when the farewell is what it reads as the answer: a matter of milliseconds."""
    with pytest.raises(OperationalError) as raised, connection.wrap_database_errors:
        raise IdleInTransactionSessionTimeout("terminating connection due to idle-in-transaction timeout")

    assert isinstance(problem_from(raised.value), Unavailable)


def test_other_internal_errors_are_defects() -> None:
    with pytest.raises(InternalError) as raised, connection.wrap_database_errors:
        raise InFailedSqlTransaction("current transaction is aborted")

    assert problem_from(raised.value) is None


def test_waits_for_a_free_one_and_gives_up_in_time() -> None:
    pool = ConnectionPool(size=1)
    first = pool.take(new_connection)

    started = time.monotonic()
    with pytest.raises(psycopg2.OperationalError):
        pool.take(new_connection)
    assert time.monotonic() - started < 4

    pool.put_back(first)
    assert pool.take(new_connection) is first
    first.close()


def test_a_failed_connect_takes_up_no_place() -> None:
    def refused() -> PatientConnection:
        raise psycopg2.OperationalError

    pool = ConnectionPool(size=1)
    for _ in range(3):
        with pytest.raises(psycopg2.OperationalError):
            pool.take(refused)

    pool.take(new_connection).close()


def test_a_silent_server_is_given_up(silent_server: int) -> None:
    started = time.monotonic()

    with pytest.raises(psycopg2.OperationalError):
        psycopg2.connect(**connection.get_connection_params() | {"port": silent_server})

    assert 2.5 < time.monotonic() - started < 4.5


def test_all_waits_of_a_request_together_are_bounded() -> None:
    started = time.monotonic()

    def work() -> None:
        with connection.cursor() as cursor:
            for _ in range(10):
                cursor.execute("SELECT pg_sleep(0.1)")

    with pytest.raises(OperationalError), waiting_at_most(0.3):
        work()

    assert time.monotonic() - started < 1
    connection.close()
    assert backend_id()
