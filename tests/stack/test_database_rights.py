"""What the roles of one service may do in its database, and that they reach no other."""

from urllib.parse import urlsplit

import psycopg2
import psycopg2.errors
import pytest

from stack.provisioning import DatabaseUrls
from tests.servers import new_database


@pytest.fixture(scope="module")
def migrated(worker_name: str) -> DatabaseUrls:
    """A database in which the owner has made a table."""
    urls = new_database("payment", f"rights_{worker_name}")
    execute(urls.owner, "CREATE TABLE entries (id bigint GENERATED ALWAYS AS IDENTITY, amount int)")
    return urls


def test_the_application_reads_and_writes_what_the_owner_has_made(migrated: DatabaseUrls) -> None:
    execute(migrated.app, "INSERT INTO entries (amount) VALUES (1)")
    execute(migrated.app, "UPDATE entries SET amount = 2")

    assert execute(migrated.app, "DELETE FROM entries RETURNING amount") == [(2,)]


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id int)",
        "ALTER TABLE entries ADD COLUMN more int",
        "DROP TABLE entries",
        "TRUNCATE entries",
        "CREATE SCHEMA mine",
        "CREATE TEMPORARY TABLE mine (id int)",
    ],
)
def test_the_application_cannot_change_the_schema(migrated: DatabaseUrls, statement: str) -> None:
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        execute(migrated.app, statement)


@pytest.mark.parametrize("role", ["owner", "app"])
@pytest.mark.parametrize("database", ["auth", "product", "postgres", "template1"])
def test_no_role_reaches_a_database_that_is_not_its_own(migrated: DatabaseUrls, role: str, database: str) -> None:
    own: str = getattr(migrated, role)
    other = urlsplit(own)._replace(path=f"/{database}").geturl()

    with pytest.raises(psycopg2.OperationalError, match="permission denied for database"):
        execute(other, "SELECT 1")


def test_the_owner_can_add_the_extensions_that_migrations_need(migrated: DatabaseUrls) -> None:
    execute(migrated.owner, "CREATE EXTENSION IF NOT EXISTS pg_trgm")
    execute(migrated.owner, "CREATE EXTENSION IF NOT EXISTS unaccent")


def execute(url: str, statement: str) -> list[tuple[object, ...]]:
    """Run one statement in a transaction of its own; what it returns, if it returns rows."""
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()
