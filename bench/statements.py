"""SQL by hand: to write rows in bulk, to set the server, and to look. Each on a connection of its own."""

from typing import Any

import psycopg2


def execute(url: str, *statements: str, **values: object) -> None:
    """Each text is a transaction, however many statements it holds; a single one needs none, as VACUUM must have it."""
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement, values or None)
    finally:
        connection.close()


def row(url: str, statement: str, *parameters: object) -> Any:
    """The one row that the statement yields."""
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters or None)
            (only,) = cursor.fetchall()
            return only
    finally:
        connection.close()
