"""How Alembic reaches the database: as its owner, in one transaction, one migrator at a time."""

import os

from alembic import context
from sqlalchemy import create_engine, make_url, pool, text

from payment import idempotency  # noqa: F401  (fills the metadata)
from payment.database import Model
from payment.ledger import models as ledger  # noqa: F401
from payment.messaging import models as messaging  # noqa: F401
from payment.payments import models as payments  # noqa: F401
from payment.reconciliation import models as reconciliation  # noqa: F401
from payment.revocations import models as revocations  # noqa: F401
from payment.transfers import models as transfers  # noqa: F401
from payment.wallets import models as wallets  # noqa: F401

_ADVISORY_LOCK = 7_236_103  # any number, the same in every migrator of this database


def _migrate() -> None:
    """Without the time limits of the other processes: a migration may take as long as it needs."""
    owner_url = context.config.attributes.get("owner_url") or os.environ["PAYMENT_DATABASE_OWNER_URL"]
    engine = create_engine(make_url(owner_url).set(drivername="postgresql+psycopg2"), poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=Model.metadata)
        with context.begin_transaction():
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})"))
            context.run_migrations()
    engine.dispose()


_migrate()
