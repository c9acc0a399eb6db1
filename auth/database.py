"""The connection pool, and the transaction that every use case and query runs in."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import asyncpg
import structlog
from sqlalchemy import AdaptedConnection, MetaData, event, make_url
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_dbapi
from sqlalchemy.exc import DBAPIError, IntegrityError, InvalidatePoolError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.util import greenlet_spawn

from servicekit.problems import Unavailable
from servicekit.settings import POSTGRES_LIMITS_MILLISECONDS

_CONNECT_SECONDS = 3
_GOODBYE_SECONDS = 0.5
_DEADLINE_SECONDS = 4
"""The most that a transaction may take in all, waiting for a connection included: PostgreSQL's own limits cannot fire
when the server is frozen or the network is cut, and the client is promised an answer within five seconds."""

# What PostgreSQL says when it is not the statement's fault: connection, resources, operator or shutdown, system,
# a database that lets nobody in, lock not available, serialization failure, deadlock.
_TRANSIENT_SQLSTATES = ("08", "53", "57", "58", "55000", "55P03", "40001", "40P01")

_AFTER_COMMIT = "after_commit"

_log = structlog.get_logger(__name__)
_sessions = async_sessionmaker(expire_on_commit=False)
_engine: AsyncEngine | None = None


class Model(DeclarativeBase):
    """Every table of the service. Constraint names follow from the table, so that errors can be told apart by them."""

    metadata = MetaData(
        naming_convention={
            "pk": "%(table_name)s_pkey",
            "fk": "%(table_name)s_%(column_0_name)s_fkey",
            "uq": "%(table_name)s_%(column_0_name)s_key",
            "ck": "%(table_name)s_%(constraint_name)s_check",
            "ix": "%(table_name)s_%(column_0_name)s_idx",
        }
    )


class DatabaseUnavailable(Unavailable):
    """PostgreSQL is away, too busy, or too slow. Nothing was changed, unless the answer to a COMMIT was lost."""

    code = "database_unavailable"
    title = "The database is not available at the moment"


class _QuicklyClosed(asyncpg.Connection):  # type: ignore[misc]
    """SQLAlchemy gives a connection that missed its deadline two more seconds to say goodbye; the client is waiting."""

    async def close(self, *, timeout: float | None = None) -> None:  # noqa: ASYNC109
        await super().close(timeout=min(timeout or _GOODBYE_SECONDS, _GOODBYE_SECONDS))


def create_engine(database_url: str, *, connections: int = 1) -> AsyncEngine:
    """An engine whose every wait is bounded. It connects when first used, and survives a restart of the server."""
    engine = create_async_engine(
        make_url(database_url).set(drivername="postgresql+asyncpg"),
        pool_size=connections,
        max_overflow=0,
        pool_use_lifo=True,  # as few of the server's processes as will do: what they know stays in the cores' caches
        pool_timeout=_CONNECT_SECONDS,
        connect_args={
            "timeout": _CONNECT_SECONDS,
            "connection_class": _QuicklyClosed,
            "server_settings": {name: str(value) for name, value in POSTGRES_LIMITS_MILLISECONDS.items()},
        },
    )
    event.listen(engine.sync_engine, "checkout", _refuse_closed)
    return engine


def _refuse_closed(connection: AdaptedConnection, _record: object, _proxy: object) -> None:
    """Have the pool replace what the server closed: asyncpg has noticed by itself.

    In place of `pool_pre_ping`, which asks the server three questions before every transaction: a third of the work of
    signing in, the hash aside.
    """
    driver_connection = connection.driver_connection
    assert driver_connection is not None
    if driver_connection.is_closed():
        raise InvalidatePoolError


@asynccontextmanager
async def database(database_url: str, *, connections: int = 1) -> AsyncIterator[None]:
    """Make `transaction()` and `autocommit()` work inside the block, and close all connections after it."""
    global _engine  # noqa: PLW0603  (there is one pool per process)
    engine = _engine = create_engine(database_url, connections=connections)
    _sessions.configure(bind=engine)
    try:
        yield
    finally:
        await engine.dispose()


@asynccontextmanager
async def transaction() -> AsyncIterator[AsyncSession]:
    """One database transaction: committed at the end of the block, rolled back when the block raises.

    Raises `DatabaseUnavailable`. Constraint violations pass through as SQLAlchemy's `IntegrityError`.
    """
    async with _translated_errors(), asyncio.timeout(_DEADLINE_SECONDS), _sessions.begin() as session:
        yield session
    for action in session.info.pop(_AFTER_COMMIT, ()):
        await action()


@asynccontextmanager
async def autocommit() -> AsyncIterator[asyncpg.Connection]:
    """The same for single statements, each a transaction of its own: no lock is held while Python thinks.

    A bare connection of the driver, for what happens with every sign-in: SQLAlchemy would work on one of these
    statements for five times as long. Values stand as $1, $2, …
    """
    assert _engine is not None
    async with _translated_errors(), asyncio.timeout(_DEADLINE_SECONDS):
        pooled = await _engine.raw_connection()
        try:
            yield pooled.driver_connection
        except asyncio.CancelledError:  # by the deadline, perhaps: who knows what the connection is doing
            pooled.invalidate()
            raise
        finally:
            await greenlet_spawn(pooled.close)


@asynccontextmanager
async def _translated_errors() -> AsyncIterator[None]:
    try:
        yield
    except (OSError, TimeoutError, PoolTimeout) as error:
        raise _unavailable(error) from error
    except DBAPIError as error:
        if error.connection_invalidated or _is_transient(error.orig):
            raise _unavailable(error) from error
        raise
    except (asyncpg.PostgresError, asyncpg.InterfaceError, AsyncAdapt_asyncpg_dbapi.Error) as error:
        # The last one: SQLAlchemy's pool could not connect, and nobody has wrapped its error as a DBAPIError.
        if _is_transient(error):
            raise _unavailable(error) from error
        raise


def after_commit(session: AsyncSession, action: Callable[[], Awaitable[None]]) -> None:
    """Do this once the transaction is committed, and never when it is not. A process that dies in between skips it."""
    session.info.setdefault(_AFTER_COMMIT, []).append(action)


def violated_constraint(error: IntegrityError) -> str:
    """The name of the constraint, or unique index, that refused the change."""
    return getattr(error.driver_exception, "constraint_name", None) or ""


def _is_transient(error: BaseException | None) -> bool:
    """The driver's own errors (`InterfaceError`: the connection is closed) have no SQLSTATE."""
    sqlstate = getattr(error, "sqlstate", None)
    return sqlstate.startswith(_TRANSIENT_SQLSTATES) if sqlstate else isinstance(error, asyncpg.InterfaceError)


def _unavailable(error: Exception) -> DatabaseUnavailable:
    cause = error.orig if isinstance(error, DBAPIError) else error
    _log.warning("database.unavailable", error=type(cause).__name__, sqlstate=getattr(cause, "sqlstate", None))
    return DatabaseUnavailable()
