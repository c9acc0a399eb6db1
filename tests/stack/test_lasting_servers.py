"""The servers of `make up`, whose data stays from one start to the next."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest

from stack.servers import Servers


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Servers]:
    """PostgreSQL alone; stopped at the end, whatever the test has left."""
    servers = Servers(tmp_path / "run", rabbitmq=False, disposable=False)
    yield servers
    servers.stop(grace_seconds=5)


def ask(url: str, statement: str) -> None:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()


def test_start_anew_and_again_with_what_was_kept(servers: Servers) -> None:
    servers.postgres.start()
    ask(servers.postgres.urls("product").owner, "CREATE TABLE kept (id int)")
    servers.postgres.stop()

    servers.postgres.start()

    ask(servers.postgres.urls("product").owner, "SELECT id FROM kept")


def test_an_older_server_gets_the_role_that_reads_for_the_reconciliation(servers: Servers) -> None:
    servers.postgres.start()
    urls, superuser = servers.postgres.urls("payment"), servers.postgres.superuser_url
    ask(urlsplit(superuser)._replace(path="/payment").geturl(), "DROP OWNED BY payment_auditor")
    ask(superuser, "DROP OWNED BY payment_auditor")
    ask(superuser, "DROP ROLE payment_auditor")
    with pytest.raises(psycopg2.OperationalError, match="payment_auditor"):
        ask(urls.auditor, "SELECT 1")
    servers.postgres.stop()

    servers.postgres.start()

    ask(urls.auditor, "SELECT 1")
