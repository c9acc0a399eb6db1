"""How Alembic reaches the database: as its owner, in one transaction, one migrator at a time."""

import asyncio
import os

from alembic import context
from sqlalchemy import Connection, make_url, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

from auth.accounts import models as accounts  # noqa: F401  (fills the metadata)
from auth.avatars import models as avatars  # noqa: F401
from auth.confirmations import models as confirmations  # noqa: F401
from auth.database import Model
from auth.mail import models as mail  # noqa: F401
from auth.messaging import models as messaging  # noqa: F401
from auth.preferences import models as preferences  # noqa: F401
from auth.sessions import models as sessions  # noqa: F401
from auth.throttling import models as throttling  # noqa: F401

_ADVISORY_LOCK = 7_236_101  # any number, the same in every migrator of this database


def _migrate(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=Model.metadata)
    with context.begin_transaction():
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})"))
        context.run_migrations()


async def _run() -> None:
    """Without the time limits of the other processes: a migration may take as long as it needs."""
    owner_url = context.config.attributes.get("owner_url") or os.environ["AUTH_DATABASE_OWNER_URL"]
    engine = create_async_engine(make_url(owner_url).set(drivername="postgresql+asyncpg"), poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(_migrate)
    await engine.dispose()


asyncio.run(_run())
