"""The payment service on a migrated database of its own per xdist worker, emptied after each test."""

import os
from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg2
import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from psycopg2.extensions import connection as Psycopg2Connection  # noqa: N812

from payment import database
from payment.app import create_app
from payment.migrations.upgrade import upgrade
from payment.settings import get_settings
from stack.provisioning import DatabaseUrls
from tests.payment.factories import verifier
from tests.servers import SUPERUSER_URL_VARIABLE, new_database


@pytest.fixture(scope="session")
def database_urls(worker_name: str) -> DatabaseUrls:
    urls = new_database("payment", f"payment_{worker_name}")
    upgrade(urls.owner)
    return urls


@pytest.fixture(scope="session", autouse=True)
def _environment(database_urls: DatabaseUrls) -> Iterator[None]:
    """The variables of the process, from which the service reads its settings."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ENVIRONMENT", "test")
        patch.setenv("PAYMENT_DATABASE_URL", database_urls.app)
        patch.setenv("PAYMENT_AUTH_URL", "http://127.0.0.1:1")
        get_settings.cache_clear()
        yield
        database.engine().dispose()


@pytest.fixture(autouse=True)
def _card_for_tests(_environment: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Per test: a shop that other tests of this process start is in production, and would refuse it."""
    monkeypatch.setenv("PAYMENT_SANDBOX_CARD", "true")
    monkeypatch.setenv("PAYMENT_PROVIDER_TRIES", "3")
    monkeypatch.setenv("PAYMENT_PROVIDER_PAUSE_SECONDS", "0.001")
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


@pytest.fixture(scope="session")
def superuser(database_urls: DatabaseUrls) -> Iterator[Psycopg2Connection]:
    """A connection that may do what no role of the service may: empty the ledger."""
    database_name = urlsplit(database_urls.owner).path
    connection = psycopg2.connect(urlsplit(os.environ[SUPERUSER_URL_VARIABLE])._replace(path=database_name).geturl())
    connection.autocommit = True
    yield connection
    connection.close()


@pytest.fixture(autouse=True)
def _empty_database(superuser: Psycopg2Connection) -> Iterator[None]:
    """Tests commit for real, because deferred triggers and other connections are part of what they test."""
    yield
    tables = ", ".join(table for table in database.Model.metadata.tables)
    with superuser.cursor() as cursor:
        # As a replica the session fires no triggers, and so nobody refuses to empty the ledger.
        cursor.execute("ROLLBACK")  # of what a failed test has left open
        cursor.execute(f"SET session_replication_role = replica; TRUNCATE {tables} RESTART IDENTITY")


@pytest.fixture(scope="session")
def app(_environment: None) -> APIFlask:
    return create_app(get_settings(), verifier=verifier)


@pytest.fixture
def client(app: APIFlask) -> FlaskClient:
    return app.test_client()
