"""The backend that `DATABASES["default"]["ENGINE"]` names. The file's name is Django's: it looks for `<ENGINE>.base`.

Django keeps one connection per thread. Here hundreds of threads wait for orders to change, so they share a few
connections: each takes one at its first query and returns it at the request's end (`CONN_MAX_AGE = 0`).
"""

from types import TracebackType
from typing import Any

from django.db.backends.postgresql import base
from django.db.utils import DatabaseErrorWrapper, OperationalError
from django.utils.functional import cached_property
from psycopg2.errors import IdleInTransactionSessionTimeout
from psycopg2.extensions import connection as Connection  # noqa: N812

from product.postgresql.pool import ConnectionPool
from product.postgresql.prepared import PreparingConnection, PreparingCursor
from servicekit.patience import bound_all_waits

bound_all_waits()


class DatabaseWrapper(base.DatabaseWrapper):
    """One per thread and alias, as Django makes them; connections come from the pool of their database."""

    @cached_property
    def wrap_database_errors(self) -> DatabaseErrorWrapper:
        """Django's own property."""
        return _ErrorWrapper(self)

    def get_connection_params(self) -> dict[str, Any]:
        options = super().get_connection_params()
        options |= {"connection_factory": PreparingConnection, "cursor_factory": PreparingCursor}
        self._pool_size = options.pop("pool_size")
        return options

    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection:
        self._pool = ConnectionPool.of(conn_params, size=self._pool_size)
        connect = super().get_new_connection
        return self._pool.take(lambda: connect(conn_params))

    def _close(self) -> None:
        if self.connection is not None:
            self._pool.put_back(self.connection)


class _ErrorWrapper(DatabaseErrorWrapper):
    """A session that PostgreSQL ended because the process slept in it is lost, and no defect of the statement.

    It reports itself as an internal error, as a transaction does that had failed before.
    """

    def __init__(self, database: DatabaseWrapper) -> None:
        super().__init__(database)
        self._database = database

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if isinstance(error, IdleInTransactionSessionTimeout):
            self._database.errors_occurred = True
            raise OperationalError(*error.args).with_traceback(traceback) from error
        super().__exit__(kind, error, traceback)
