"""The database: one engine per process, and `transaction()`, the only way in. Nobody else opens sessions or commits."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import cache
from typing import Any, cast
from uuid import UUID

import psycopg2
import structlog
from psycopg2 import errorcodes
from pydantic_core import to_json
from sqlalchemy import (
    BigInteger,
    CursorResult,
    DateTime,
    Engine,
    Text,
    TextClause,
    Uuid,
    create_engine,
    make_url,
    text,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.orm import DeclarativeBase, Session
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from payment.settings import get_settings
from servicekit.outbox import OutsideTransaction
from servicekit.patience import PatientConnection, bound_all_waits
from servicekit.problems import Unavailable
from servicekit.settings import POSTGRES_CONNECT

_log = structlog.get_logger(__name__)
_current: ContextVar[Session | None] = ContextVar("current_session", default=None)


class Model(DeclarativeBase):
    """What every table's class derives from."""

    type_annotation_map = {UUID: Uuid, int: BigInteger, str: Text, datetime: DateTime(timezone=True)}


class DatabaseUnavailable(Unavailable):
    """PostgreSQL is away, or did not answer in time. Nothing was changed, unless the answer to a COMMIT was lost."""

    code = "database_unavailable"
    title = "The database is not available at the moment"


class TransactionConflict(Unavailable):
    """PostgreSQL sacrificed this transaction to a deadlock or a serialization conflict: repeat all of it."""

    code = "transaction_conflict"
    title = "Somebody else changed the same things at the same time"


repeated_on_conflict = retry(
    retry=retry_if_exception_type(TransactionConflict),
    stop=stop_after_attempt(5),
    wait=wait_random_exponential(multiplier=0.02, max=1),
    reraise=True,
)
"""Decorates what runs a whole transaction with its decisions, the outermost one: five tries, with jitter between."""


@cache
def engine() -> Engine:
    """The engine, made at first use: a connection that was opened before a fork would be broken after it."""
    settings = get_settings()
    bound_all_waits()
    return create_engine(
        make_url(str(settings.database_url)).set(drivername="postgresql+psycopg2"),
        connect_args={
            **POSTGRES_CONNECT,
            "options": f"{POSTGRES_CONNECT['options']} -c timezone=UTC",
            "connection_factory": PatientConnection,
        },
        pool_size=settings.web_threads,
        max_overflow=0,
        pool_timeout=2,
        pool_pre_ping=True,
        pool_use_lifo=True,
    )


@contextmanager
def transaction() -> Iterator[Session]:
    """Run the block in a transaction: commit at its end, roll back when it raises.

    Inside another `transaction()` the block joins that one, so that a use case is the same whether an endpoint calls it
    or the consumer does, in the middle of a batch. An exception must then travel to the outermost block.
    Raises `DatabaseUnavailable` and `TransactionConflict` besides what the block raises.
    """
    outer = _current.get()
    if outer is not None:
        yield outer
        return
    with _translated_errors(), Session(engine(), expire_on_commit=False) as session, session.begin():
        token = _current.set(session)
        try:
            yield session
        finally:
            _current.reset(token)


def current_session() -> Session:
    """The session of the transaction at hand. Raises `OutsideTransaction` when there is none."""
    session = _current.get()
    if session is None:
        raise OutsideTransaction("this writes as part of a change and needs an open transaction")
    return session


def insert_rows(table: type[Model], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, in this order and all with the same columns, in one statement."""
    _insert(table, rows)


def insert_new_rows(table: type[Model], rows: Sequence[Mapping[str, Any]]) -> list[UUID]:
    """Insert those rows, in this order, that are not there yet, as unique keys tell. Returns the ids of these.

    A row that somebody else is inserting is waited for.
    """
    return list(_insert(table, rows, "ON CONFLICT DO NOTHING RETURNING id").scalars())


def _insert(table: type[Model], rows: Sequence[Mapping[str, Any]], ending: str = "") -> CursorResult[Any]:
    """All rows travel as one JSON document: as parameters of their own, a batch's values take the driver longer than
    everything else that is done about it. PostgreSQL makes of them what the table's columns are."""
    session, name, columns = current_session(), table.__tablename__, ", ".join(rows[0])
    statement = (
        f"INSERT INTO {name} ({columns})"  # nosec B608  # noqa: S608  (names of ours)
        f" SELECT {columns} FROM json_populate_recordset(NULL::{name}, :rows) {ending}"
    )
    return cast("CursorResult[Any]", session.execute(text(statement), {"rows": to_json(rows).decode()}))


def change_rows(statement: TextClause, parameters: Mapping[str, Any], *, expected: int) -> None:
    """Run an UPDATE that is to change `expected` rows. Raises `TransactionConflict` when it did not change them all."""
    result = cast("CursorResult[Any]", current_session().execute(statement, parameters))
    if result.rowcount != expected:
        raise TransactionConflict(retry_after_seconds=1)


def driver_cursor(session: Session) -> Any:
    """A psycopg2 cursor in the session's transaction, for the plain SQL of servicekit."""
    return session.connection().connection.cursor()


@contextmanager
def _translated_errors() -> Iterator[None]:
    try:
        yield
    except PoolExhausted as error:
        raise _unavailable(error) from error
    except DBAPIError as error:
        _raise_meaning(error, error.orig, is_lost=error.connection_invalidated)
        raise
    except psycopg2.Error as error:  # from the plain SQL of servicekit, which SQLAlchemy does not wrap
        _raise_meaning(error, error, is_lost=False)
        raise


def _raise_meaning(error: Exception, cause: BaseException | None, *, is_lost: bool) -> None:
    """Raise what `error` means for the caller; return when it is a defect and no outage."""
    code = getattr(cause, "pgcode", None)
    if code in (errorcodes.DEADLOCK_DETECTED, errorcodes.SERIALIZATION_FAILURE):
        raise TransactionConflict(retry_after_seconds=1) from error
    # A session that PostgreSQL ended because the process slept in it reports itself as an internal error.
    is_lost = is_lost or code == errorcodes.IDLE_IN_TRANSACTION_SESSION_TIMEOUT
    if is_lost or isinstance(cause, psycopg2.OperationalError | psycopg2.InterfaceError):
        raise _unavailable(cause) from error


def _unavailable(cause: BaseException | None) -> DatabaseUnavailable:
    _log.warning("database.unavailable", error=type(cause).__name__, sqlstate=getattr(cause, "pgcode", None))
    return DatabaseUnavailable()
