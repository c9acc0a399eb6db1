"""What each role of the databases must not be able to do, tried on the running shop's own databases."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg2
import psycopg2.errors
import pytest

from stack.credentials import SERVICES
from stack.database_rights import AUDITED
from stack.shop import Shop
from tests.running_shop import RunningShop
from tests.security.conftest import Figure
from tests.waiting import wait_until

_REFUSALS: tuple[type[psycopg2.Error], ...] = (psycopg2.errors.InsufficientPrivilege,)

_POWERS = (
    "CREATE TABLE mine (id int)", "CREATE TEMPORARY TABLE mine (id int)", "CREATE SCHEMA mine", "CREATE ROLE mine",
    "CREATE DATABASE mine", "CREATE EXTENSION dblink", "CREATE EXTENSION file_fdw", "CREATE EXTENSION adminpack",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'", "CREATE VIEW mine AS SELECT 1",
    "CREATE PUBLICATION mine", "CREATE EVENT TRIGGER mine ON ddl_command_end EXECUTE FUNCTION x()",
    "CREATE FOREIGN DATA WRAPPER mine", "CREATE TABLESPACE mine LOCATION '/tmp'",
    "SET ROLE postgres", "SET SESSION AUTHORIZATION postgres", "ALTER ROLE CURRENT_USER SUPERUSER",
    "ALTER ROLE CURRENT_USER CREATEDB", "ALTER ROLE postgres PASSWORD 'x'", "ALTER SYSTEM SET fsync = off",
    "ALTER DATABASE {database} OWNER TO CURRENT_USER", "ALTER DATABASE {database} SET statement_timeout = 0",
    "SET session_replication_role = replica", "SET log_statement = 'all'", "SET lc_messages = 'C'",
    "COPY (SELECT 1) TO PROGRAM 'true'", "COPY (SELECT 1) TO '/tmp/stolen'", "SELECT pg_read_file('/etc/passwd')",
    "SELECT pg_ls_dir('.')", "SELECT lo_import('/etc/passwd')", "SELECT pg_reload_conf()", "SELECT pg_rotate_logfile()",
    "SELECT * FROM pg_authid", "SELECT * FROM pg_shadow", "SELECT * FROM pg_user_mapping", "SELECT pg_stat_reset()",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename IS DISTINCT FROM current_user",
    "CHECKPOINT", "REASSIGN OWNED BY postgres TO CURRENT_USER", "DROP DATABASE postgres", "DROP OWNED BY postgres",
    "GRANT pg_read_all_data TO CURRENT_USER", "GRANT pg_execute_server_program TO CURRENT_USER",
    "LOAD 'plpgsql_check'", "SELECT pg_create_restore_point('x')", "SELECT pg_switch_wal()",
    "SELECT * FROM pg_ls_logdir()", "SELECT pg_create_logical_replication_slot('x', 'test_decoding')",
)  # fmt: skip
"""Of the server, and of the database as a whole. No role of a service has them at run time."""

_ON_EVERY_TABLE = (
    "TRUNCATE {table}", "DROP TABLE {table}", "ALTER TABLE {table} ADD COLUMN mine int",
    "ALTER TABLE {table} DISABLE TRIGGER ALL", "ALTER TABLE {table} OWNER TO CURRENT_USER",
    "ALTER TABLE {table} RENAME TO mine", "CREATE INDEX ON {table} ((1))",
    "CREATE RULE mine AS ON SELECT TO {table} DO INSTEAD SELECT 1",
    "CREATE TRIGGER mine BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
)  # fmt: skip

_SHUT_OUT = ("permission denied for database", "password authentication failed", "no password supplied")
_TRIGGERS = """
    SELECT quote_ident(tgname), tgrelid::regclass::text FROM pg_trigger
    WHERE NOT tgisinternal AND tgrelid::regclass::text LIKE 'ledger%%'
"""
_ONE_SIDED = """
    WITH half AS (INSERT INTO ledger_transactions (id, reference) VALUES (gen_random_uuid(), 'forged') RETURNING id)
    INSERT INTO ledger_entries (transaction_id, account_id, currency, amount_minor)
    SELECT half.id, ledger_accounts.id, currency, 100 FROM half, ledger_accounts WHERE kind = 'grants' LIMIT 1
"""
"""Money from nowhere."""
_BROKEN_RULES = (psycopg2.errors.CheckViolation, psycopg2.errors.RaiseException)


@pytest.mark.parametrize("service", SERVICES)
def test_an_application_cannot_change_what_it_runs_on(shop: RunningShop, service: str, figure: Figure) -> None:
    url = shop.addresses.databases[service]
    statements = [power.format(database=service) for power in _POWERS]
    statements += [statement.format(table=table) for table in _tables(shop, service) for statement in _ON_EVERY_TABLE]

    figure(f"statements beyond the rights of {service}_app", len(statements), _allowed(url, statements))


def test_the_ledger_is_only_ever_added_to(shop: RunningShop, figure: Figure) -> None:
    wait_until(shop.new_customer().wallets)
    columns = {"ledger_entries": "amount_minor", "ledger_transactions": "reference", "ledger_accounts": "kind"}
    statements = [
        statement.format(table=table, column=column)
        for table, column in columns.items()
        for statement in (
            "UPDATE {table} SET {column} = {column}", "UPDATE {table} SET {column} = {column} WHERE false",
            "DELETE FROM {table}", "DELETE FROM {table} WHERE false", "TRUNCATE {table} CASCADE",
            "ALTER TABLE {table} DISABLE TRIGGER USER", "ALTER TABLE {table} DISABLE TRIGGER ALL",
            "WITH gone AS (DELETE FROM {table} RETURNING 1) SELECT count(*) FROM gone",
            "MERGE INTO {table} AS t USING {table} AS s ON t.id = s.id WHEN MATCHED THEN DELETE",
            "MERGE INTO {table} AS t USING {table} AS s ON t.id = s.id WHEN MATCHED THEN UPDATE SET {column} = NULL",
            "SELECT * FROM {table} FOR UPDATE",
        )
    ]  # fmt: skip
    statements += [f"DROP TRIGGER {trigger} ON {table}" for trigger, table in shop.rows("payment", _TRIGGERS)]

    wrong = _allowed(shop.addresses.databases["payment"], statements)
    wrong += _allowed(shop.addresses.databases["payment"], ["UPDATE wallets SET balance_minor = -1"], _BROKEN_RULES)
    wrong += _allowed(shop.addresses.databases["payment"], [_ONE_SIDED], _BROKEN_RULES)

    figure("ways to rewrite the ledger as payment_app", len(statements) + 2, wrong)


@pytest.mark.parametrize("service", AUDITED)
def test_an_auditor_only_reads(shop: RunningShop, service: str, figure: Figure) -> None:
    statements = [power.format(database=service) for power in _POWERS]
    for table in _tables(shop, service):
        statements += [statement.format(table=table) for statement in _ON_EVERY_TABLE]
        statements += [f"DELETE FROM {table}", f"INSERT INTO {table} DEFAULT VALUES"]
    statements += ["SELECT body FROM outbox_events", "SELECT body FROM parked_messages", "SELECT * FROM inbox_messages"]

    wrong = _allowed(shop.addresses.auditors[service], statements)

    figure(f"statements beyond the rights of {service}_auditor", len(statements), wrong)


def test_no_role_reaches_a_database_that_is_not_its_own(machinery: Shop, shop: RunningShop, figure: Figure) -> None:
    tries = list(_foreign(machinery, shop))
    wrong = []
    for who, url in tries:
        try:
            psycopg2.connect(url, connect_timeout=3).close()
        except psycopg2.OperationalError as error:
            if any(refusal in str(error) for refusal in _SHUT_OUT):
                continue
        wrong.append(who)

    figure("roles at databases of others, and with passwords of others", len(tries), wrong)


def _foreign(machinery: Shop, shop: RunningShop) -> Iterator[tuple[str, str]]:
    urls = {f"{service}_app": url for service, url in shop.addresses.databases.items()}
    urls |= {f"{service}_owner": machinery.postgres.urls(service).owner for service in SERVICES}
    urls |= {f"{service}_auditor": url for service, url in shop.addresses.auditors.items()}
    for role, url in urls.items():
        parts = urlsplit(url)
        for database in {*SERVICES, "postgres", "template1"} - {role.partition("_")[0]}:
            yield f"{role} at {database}", parts._replace(path=f"/{database}").geturl()
        for password in ("", role, "postgres", "wrong"):
            address = f"{role}:{password}@{parts.hostname}:{parts.port}"
            yield f"{role} with the password {password!r}", parts._replace(netloc=address).geturl()


def _tables(shop: RunningShop, service: str) -> list[str]:
    query = "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    return [table for (table,) in shop.rows(service, query)]


def _allowed(url: str, statements: list[str], refusals: tuple[type[psycopg2.Error], ...] = _REFUSALS) -> list[str]:
    """Those that were not refused for want of rights. Nothing of it is kept."""
    connection = psycopg2.connect(url, connect_timeout=3)
    connection.autocommit = True
    allowed = []
    try:
        for statement in statements:
            with connection.cursor() as cursor:
                try:
                    cursor.execute(statement)
                except refusals:
                    pass
                except psycopg2.Error as error:
                    allowed.append(f"{statement}: {type(error).__name__} {error}")
                else:
                    allowed.append(statement)
    finally:
        connection.close()
    return allowed
