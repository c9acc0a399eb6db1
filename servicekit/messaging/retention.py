"""Forgetting which messages were processed, once nobody sends them again. On the service's own psycopg2 cursor."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from servicekit.ids import earliest_id

INBOX_KEPT_DAYS = 30
"""Longer than any message waits in a queue. The keys of the business hold the line after that, for ever."""

# Ids of messages are in the order of time, as the primary key is: the oldest are found by it, without another index.
_FORGET = """
    DELETE FROM inbox_messages WHERE (consumer, message_id) IN (
        SELECT consumer, message_id FROM inbox_messages
        WHERE consumer = ANY(%s) AND message_id < %s::uuid AND received_at < %s
        ORDER BY consumer, message_id LIMIT %s FOR UPDATE SKIP LOCKED
    )
"""


def forget_processed(cursor: Any, queues: Sequence[str], *, limit: int) -> int:
    """Delete inbox rows that are past their time, at most so many. Returns how many. Commits nothing."""
    long_ago = datetime.now(UTC) - timedelta(days=INBOX_KEPT_DAYS)
    cursor.execute(_FORGET, (list(queues), str(earliest_id(long_ago)), long_ago, limit))
    deleted: int = cursor.rowcount
    return deleted
