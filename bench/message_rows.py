"""Outbox and inbox by the million, written in bulk: what was published and processed long ago, and what still waits."""

import json
from typing import LiteralString

from bench.statements import execute

_BODY = json.dumps({"text": "x" * 800})
"""As long as an event that tells of an order."""

# Ids ascend with time, as ours do. Each call has its own `part` of them.
_ID: LiteralString = "(lpad(to_hex(%(part)s), 8, '0') || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid"

_OUTBOX: LiteralString = f"""
    INSERT INTO outbox_events (event_id, type, correlation_id, body, attempts, published_at)
    SELECT {_ID}, %(type)s, {_ID}, %(body)s, 0, CASE WHEN %(is_published)s THEN now() END
    FROM generate_series(1, %(rows)s) AS n
"""  # noqa: S608  (a constant)
_INBOX: LiteralString = f"""
    INSERT INTO inbox_messages (consumer, message_id, body_hash)
    SELECT %(queue)s, {_ID}, sha256(n::text::bytea) FROM generate_series(1, %(rows)s) AS n
"""  # noqa: S608  (a constant)


def add_published_events(owner_url: str, rows: int, *, type_: str, part: int = 1) -> None:
    """As they are once PostgreSQL's housekeeping has seen them."""
    execute(owner_url, _OUTBOX, rows=rows, part=part, type=type_, body=_BODY, is_published=True)
    execute(owner_url, "VACUUM ANALYZE outbox_events")


def add_waiting_events(owner_url: str, rows: int, *, type_: str, part: int) -> None:
    """Just now, as far as PostgreSQL knows."""
    execute(owner_url, _OUTBOX, rows=rows, part=part, type=type_, body=_BODY, is_published=False)


def add_processed_messages(owner_url: str, rows: int, *, queue: str) -> None:
    execute(owner_url, _INBOX, rows=rows, part=1, queue=queue)
    execute(owner_url, "VACUUM ANALYZE inbox_messages")
