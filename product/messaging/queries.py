"""How the messaging is doing."""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from product.messaging.errors import ParkedMessageNotFound
from product.messaging.models import ParkedMessage
from product.pagination import DEFAULT_LIMIT, Page, keyset_page

# Two look-ups by partial indexes that hold what waits and what failed, and nothing of the millions that went out.
_OUTBOX_STATE = """
    SELECT count(*), (SELECT count(*) FROM outbox_events WHERE failed_at IS NOT NULL),
        extract(epoch FROM statement_timestamp() - min(created_at))::float
    FROM outbox_events WHERE published_at IS NULL AND failed_at IS NULL
"""

# By the same index, only its first row: a probe that comes every few seconds must not count a backlog.
_LONGEST_WAIT = """
    SELECT extract(epoch FROM statement_timestamp() - created_at)::float
    FROM outbox_events WHERE published_at IS NULL AND failed_at IS NULL ORDER BY id LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class OutboxState:
    waiting: int
    failed: int
    """Events that the broker refused five times. They wait for an operator."""
    oldest_waiting_seconds: float | None


def outbox_state() -> OutboxState:
    with connection.cursor() as cursor:
        cursor.execute(_OUTBOX_STATE)
        return OutboxState(*cursor.fetchone())


def longest_wait_seconds() -> float:
    """How long the event has waited that is to go out next; 0 when there is none."""
    with connection.cursor() as cursor:
        cursor.execute(_LONGEST_WAIT)
        row = cursor.fetchone()
    return float(row[0]) if row else 0.0


def list_parked_messages(*, cursor: str | None = None, limit: int = DEFAULT_LIMIT) -> Page[ParkedMessage]:
    """Those that wait for an operator, the newest first."""
    return keyset_page(ParkedMessage.objects.filter(resolved_at=None), ordering="-id", cursor=cursor, limit=limit)


def count_parked_messages() -> int:
    """How many wait for an operator."""
    return ParkedMessage.objects.filter(resolved_at=None).count()


def get_parked_message(parked_id: UUID) -> ParkedMessage:
    """Also one that was resolved. Raises `ParkedMessageNotFound`."""
    message = ParkedMessage.objects.filter(id=parked_id).first()
    if message is None:
        raise ParkedMessageNotFound
    return message
