"""The tables of messaging look the same in every service: servicekit's plain SQL relies on it."""

from collections.abc import Mapping

import psycopg2
import pytest

Columns = dict[str, tuple[str, bool, bool]]

OUTBOX: Columns = {
    # name: type, may be null, filled in by the database
    "id": ("bigint", False, True),
    "event_id": ("uuid", False, False),
    "type": ("text", False, False),
    "correlation_id": ("uuid", True, False),
    "body": ("text", False, False),
    "created_at": ("timestamp with time zone", False, True),
    "claimed_until": ("timestamp with time zone", True, False),
    "attempts": ("smallint", False, True),
    "published_at": ("timestamp with time zone", True, False),
    "failed_at": ("timestamp with time zone", True, False),
    "last_error": ("text", True, False),
}
INBOX: Columns = {
    "consumer": ("text", False, False),
    "message_id": ("uuid", False, False),
    "body_hash": ("bytea", False, False),
    "received_at": ("timestamp with time zone", False, True),
}
PARKED: Columns = {
    "id": ("uuid", False, False),
    "consumer": ("text", False, False),
    "message_id": ("text", True, False),
    "type": ("text", True, False),
    "reason": ("text", False, False),
    "detail": ("text", False, False),
    "body": ("bytea", False, False),
    "body_hash": ("bytea", False, False),
    "headers": ("jsonb", False, False),
    "parked_at": ("timestamp with time zone", False, True),
    "resolved_at": ("timestamp with time zone", True, False),
    "resolution": ("text", True, False),
    "note": ("text", True, False),
}
REVOKED: Columns = {
    "session_id": ("uuid", False, False),
    "until": ("timestamp with time zone", False, False),
    "recorded_at": ("timestamp with time zone", False, True),
}
_OF_RECEIVERS = {
    "outbox_events": OUTBOX,
    "inbox_messages": INBOX,
    "parked_messages": PARKED,
    "revoked_sessions": REVOKED,
}
TABLES = {"auth": {"outbox_events": OUTBOX}, "product": _OF_RECEIVERS, "payment": _OF_RECEIVERS}
UNIQUE = {
    "outbox_events": {"event_id"},
    "inbox_messages": {"consumer", "message_id"},
    "revoked_sessions": {"session_id"},
}


@pytest.mark.parametrize(("service", "table"), [(service, table) for service in TABLES for table in TABLES[service]])
def test_the_columns_are_those_that_servicekit_writes(migrated: Mapping[str, str], service: str, table: str) -> None:
    assert columns(migrated[service], table) == TABLES[service][table]


@pytest.mark.parametrize(("service", "table"), [(service, table) for service in TABLES for table in UNIQUE])
def test_the_database_decides_what_is_there_already(migrated: Mapping[str, str], service: str, table: str) -> None:
    if table not in TABLES[service]:
        pytest.skip("receives nothing")

    assert any(UNIQUE[table] == unique for unique in unique_columns(migrated[service], table))


@pytest.mark.parametrize("service", ["product", "payment"])
def test_the_same_poison_is_parked_once_while_it_is_open(migrated: Mapping[str, str], service: str) -> None:
    definitions = [definition for (definition,) in rows(migrated[service], _INDEXES, "parked_messages")]

    wanted = "(consumer, body_hash) WHERE (resolved_at IS NULL)"
    assert any("UNIQUE" in definition and definition.endswith(wanted) for definition in definitions), definitions


@pytest.mark.parametrize("service", TABLES)
def test_the_relay_finds_waiting_events_by_an_index(migrated: Mapping[str, str], service: str) -> None:
    definitions = [definition for (definition,) in rows(migrated[service], _INDEXES, "outbox_events")]

    conditions = {definition.partition("(id) WHERE ")[2] for definition in definitions}
    assert conditions & {
        "((published_at IS NULL) AND (failed_at IS NULL))",
        "((failed_at IS NULL) AND (published_at IS NULL))",
    }


_INDEXES = "SELECT indexdef FROM pg_indexes WHERE tablename = %s"


def rows(url: str, statement: str, *parameters: str) -> list[tuple[str, ...]]:
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.fetchall()
    finally:
        connection.close()


def columns(url: str, table: str) -> Columns:
    """A default that only spares an explicit value, such as `'{}'` of headers, does not count."""
    found = rows(
        url,
        """
        SELECT column_name, data_type, is_nullable = 'YES',
            is_identity = 'YES' OR coalesce(column_default, '') NOT IN ('', '''{}''::jsonb')
        FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s
        """,
        table,
    )
    return {name: (kind, bool(nullable), bool(filled)) for name, kind, nullable, filled in found}


def unique_columns(url: str, table: str) -> list[set[str]]:
    found = rows(
        url,
        """
        SELECT array_agg(attname::text) FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY(indkey)
        WHERE indrelid = %s::regclass AND indisunique AND indpred IS NULL GROUP BY indexrelid
        """,
        table,
    )
    return [set(names) for (names,) in found]
