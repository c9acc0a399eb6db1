"""Statements that PostgreSQL plans once for each connection."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.db.utils import DataError

from product.postgresql.pool import ConnectionPool
from product.postgresql.prepared import Prepared

pytestmark = pytest.mark.django_db(transaction=True)

DIVIDE = Prepared("divide", "SELECT %s::int / %s::int")
ADD_AND_TAKE = Prepared(
    "add_and_take",
    "SELECT set_config('test.sum', (%s::int + %s::int)::text, false)",
    "SELECT current_setting('test.sum')::int - %s::int",
)


@pytest.fixture(autouse=True)
def _pool_of_its_own(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The connections of the usual one have plans from earlier tests."""
    connection.close()
    with monkeypatch.context() as patch:
        patch.setattr(ConnectionPool, "_pools", {})
        yield
        end_connection()


def end_connection() -> None:
    connection.ensure_connection()
    connection.connection.close()
    connection.close()


def first_of(statement: str, *values: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()[0]


def plans() -> dict[str, int]:
    """How often each was made use of, by its name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, generic_plans + custom_plans FROM pg_prepared_statements")
        return dict(cursor.fetchall())


def test_it_is_planned_once_and_asked_often() -> None:
    assert [first_of(DIVIDE, number, 2) for number in (2, 4, 6)] == [1, 2, 3]
    assert plans() == {"divide_1": 3}


def test_several_go_in_one_message_and_the_last_one_answers() -> None:
    assert first_of(ADD_AND_TAKE, 40, 3, 1) == 42
    assert plans() == {"add_and_take_1": 1, "add_and_take_2": 1}


def test_each_connection_has_plans_of_its_own() -> None:
    first_of(DIVIDE, 4, 2)
    end_connection()

    assert first_of(DIVIDE, 4, 2) == 2
    assert plans() == {"divide_1": 1}


def test_the_next_user_of_a_connection_finds_them() -> None:
    first_of(DIVIDE, 4, 2)
    connection.close()  # back to the pool

    assert first_of(DIVIDE, 4, 2) == 2
    assert plans() == {"divide_1": 2}


def test_it_outlives_the_transaction_in_which_it_failed() -> None:
    with pytest.raises(DataError), transaction.atomic():
        first_of(DIVIDE, 1, 0)

    assert first_of(DIVIDE, 4, 2) == 2
    assert plans() == {"divide_1": 2}


def test_what_could_not_be_prepared_is_tried_anew() -> None:
    """Of two, the second asks for a table that is not there yet."""
    late = Prepared("late", "SELECT 1", "SELECT count(*) FROM orders")
    first_of("SELECT set_config('search_path', 'pg_catalog', false)")
    with pytest.raises(ProgrammingError):
        first_of(late)
    first_of("SELECT set_config('search_path', 'public', false)")

    assert first_of(late) == 0


def test_as_a_string_it_is_the_plain_statement() -> None:
    assert first_of(str.__str__(ADD_AND_TAKE), 40, 3, 1) == 42
    assert plans() == {}
