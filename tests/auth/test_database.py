"""The schema, the rights on it, and the connections to it."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import psycopg2
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from auth.database import DatabaseUnavailable, Model, create_engine, transaction
from auth.migrations.upgrade import upgrade
from stack.provisioning import DatabaseUrls
from tests.auth.factories import make_user, sign_in
from tests.problems import assert_problem
from tests.servers import SUPERUSER_URL_VARIABLE


async def test_migrations_and_models_agree(database_urls: DatabaseUrls) -> None:
    def differences(connection: Connection) -> list[Any]:
        return list(compare_metadata(MigrationContext.configure(connection), Model.metadata))

    engine = create_engine(database_urls.owner)
    async with engine.connect() as connection:
        found = await connection.run_sync(differences)
    await engine.dispose()

    assert found == []


def test_migrating_again_changes_nothing(database_urls: DatabaseUrls) -> None:
    upgrade(database_urls.owner)


@pytest.mark.parametrize("statement", ["DROP TABLE users", "CREATE TABLE mine (id int)", "TRUNCATE users CASCADE"])
def test_the_application_has_no_right_to_change_the_schema(database_urls: DatabaseUrls, statement: str) -> None:
    connection = psycopg2.connect(database_urls.app)

    with connection, connection.cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):
        cursor.execute(statement)

    connection.close()


async def test_every_wait_is_limited(client: httpx2.AsyncClient) -> None:
    limits = {}
    async with transaction() as session:
        for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
            limits[name] = await session.scalar(text(f"SHOW {name}"))

    assert limits == {"statement_timeout": "5s", "lock_timeout": "3s", "idle_in_transaction_session_timeout": "10s"}


async def test_connections_that_the_server_broke_are_replaced(
    client: httpx2.AsyncClient, database_urls: DatabaseUrls
) -> None:
    await make_user(username="ada")
    other = psycopg2.connect(database_urls.app)
    with other, other.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND usename = user AND pid <> pg_backend_pid()"
        )
    other.close()
    await asyncio.sleep(0.5)  # the backends end, and the event loop hears of it

    answer = await sign_in(client, "ada")

    assert answer.status_code == 200


async def test_a_database_that_lets_nobody_in_is_away(client: httpx2.AsyncClient, database_urls: DatabaseUrls) -> None:
    """As operators close it while they work on it."""
    await make_user(username="ada")
    with closed_to_new_connections(database_urls):
        await asyncio.sleep(0.5)  # the backends end, and the event loop hears of it

        answer = await sign_in(client, "ada")

    assert_problem(answer, 503, "database_unavailable")
    assert (await sign_in(client, "ada")).status_code == 200


@contextmanager
def closed_to_new_connections(urls: DatabaseUrls) -> Iterator[None]:
    """All that were open are ended."""
    name, elsewhere = urls.app.rpartition("/")[2], psycopg2.connect(os.environ[SUPERUSER_URL_VARIABLE])
    elsewhere.autocommit = True
    with elsewhere.cursor() as cursor:
        cursor.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")
        cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        try:
            yield
        finally:
            cursor.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true")
    elsewhere.close()


async def test_a_row_that_another_holds_is_not_waited_for_for_ever(
    client: httpx2.AsyncClient, database_urls: DatabaseUrls
) -> None:
    user = await make_user(username="ada")
    other = psycopg2.connect(database_urls.app)
    with other, other.cursor() as cursor:
        cursor.execute("SELECT FROM users WHERE id = %s FOR UPDATE", [str(user.id)])

        answer = await sign_in(client, "ada")

    other.close()
    assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
    assert answer.elapsed.total_seconds() < 5


async def test_a_defect_in_a_statement_is_not_taken_for_an_outage(client: httpx2.AsyncClient) -> None:
    with pytest.raises(Exception, match="does not exist") as raised:
        async with transaction() as session:
            await session.execute(text("SELECT nothing FROM nowhere"))

    assert not isinstance(raised.value, DatabaseUnavailable)
