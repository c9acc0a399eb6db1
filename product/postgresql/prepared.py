"""Statements that PostgreSQL plans once for each connection: for what every order waits for.

psycopg2 sends statements as text, and over one of these PostgreSQL thinks for as long as it then works.
"""

from typing import Any

from psycopg2 import extensions

from servicekit.patience import PatientConnection


class Prepared(str):
    """A statement with `%s` for values, or several that go in one message, for `cursor.execute` as any other string.

    The type of each value must follow from its place, or stand there: `%s::uuid`. No other statement of the service may
    have the same `name`.
    """

    preparations: list[str]
    execution: str

    def __new__(cls, name: str, *statements: str) -> "Prepared":
        prepared = super().__new__(cls, "; ".join(statements))
        named = {f"{name}_{number}": statement for number, statement in enumerate(statements, start=1)}
        prepared.preparations = [f"PREPARE {name} AS {_numbered(statement)}" for name, statement in named.items()]
        prepared.execution = "; ".join(f"EXECUTE {name}{_places(statement)}" for name, statement in named.items())
        return prepared


class PreparingConnection(PatientConnection):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.prepared = set[str]()
        """What the server has a plan of by now. A rollback leaves it there."""


class PreparingCursor(extensions.cursor):
    connection: PreparingConnection

    def execute(self, query: Any, vars: Any = None) -> None:  # noqa: A002  (psycopg2's name)
        if isinstance(query, Prepared):
            for preparation in query.preparations:
                if preparation not in self.connection.prepared:
                    super().execute(preparation)
                    self.connection.prepared.add(preparation)
            query = query.execution
        super().execute(query, vars)


def _numbered(statement: str) -> str:
    first, *others = statement.split("%s")
    return "".join([first, *(f"${number}{text}" for number, text in enumerate(others, start=1))])


def _places(statement: str) -> str:
    count = statement.count("%s")
    return f"({', '.join(['%s'] * count)})" if count else ""
