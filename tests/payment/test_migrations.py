"""The migrations build what the models describe, and can be taken back."""

from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, make_url

from payment.database import Model
from payment.migrations.upgrade import CONFIGURATION, upgrade
from stack.provisioning import DatabaseUrls
from tests.servers import new_database


def differences(owner_url: str) -> list[Any]:
    engine = create_engine(make_url(owner_url).set(drivername="postgresql+psycopg2"))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        found: list[Any] = compare_metadata(context, Model.metadata)
    engine.dispose()
    return found


def test_models_and_migrations_describe_the_same_tables(database_urls: DatabaseUrls) -> None:
    assert differences(database_urls.owner) == []


def test_can_be_taken_back_and_run_again(worker_name: str) -> None:
    urls = new_database("payment", f"payment_migrations_{worker_name}")
    configuration = Config(CONFIGURATION)
    configuration.attributes["owner_url"] = urls.owner

    upgrade(urls.owner)
    upgrade(urls.owner)
    command.downgrade(configuration, "base")
    upgrade(urls.owner)

    assert differences(urls.owner) == []
