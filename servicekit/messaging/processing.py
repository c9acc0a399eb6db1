"""One batch of messages inside one open transaction: park what is wrong, pass over what is known, hand on what is new.

The tables `inbox_messages` and `parked_messages` look the same in every service. The SQL is plain, on the service's own
psycopg2 cursor, so that it takes part in the service's transaction whatever its ORM is.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog
from psycopg2.extras import Json
from pydantic_core import to_json

from servicekit import metrics
from servicekit.contracts import EventData
from servicekit.contracts.envelope import source_of
from servicekit.ids import new_id
from servicekit.messaging.inbound import ContentError, Delivery, Incoming, read
from servicekit.messaging.topology import WRITERS
from servicekit.text import legible

Handler = Callable[[Sequence[Incoming[Any]]], None]
Handlers = Mapping[str, Handler | None]
"""From event type to its handler, in the order in which a batch is worked through. None: known, nothing to do here.

Types that share a handler are handed over together, in their order of arrival.
"""

# A batch travels as one JSON document: as parameters of their own, its values take the driver much longer.
_REMEMBER = """
    INSERT INTO inbox_messages (consumer, message_id, body_hash)
    SELECT consumer, message_id, body_hash FROM json_populate_recordset(NULL::inbox_messages, %s)
    ON CONFLICT (consumer, message_id) DO NOTHING RETURNING consumer, message_id::text
"""
_RECALL = """
    SELECT consumer, message_id::text, known.body_hash
    FROM inbox_messages AS known JOIN json_populate_recordset(NULL::inbox_messages, %s) USING (consumer, message_id)
"""

_log = structlog.get_logger(__name__)


def process_batch(cursor: Any, deliveries: Sequence[Delivery], handlers: Handlers) -> None:
    """Give every new message to its handler, once. Runs in the caller's transaction and commits nothing.

    Raises whatever a handler raises: then the caller rolls back, and no message of the batch counts as seen.
    """
    incoming = _read_all(cursor, deliveries, handlers)
    try:
        fresh = _accept(cursor, incoming)
        for handler in dict.fromkeys(handlers.values()):
            chosen = [message for message in fresh if handlers[message.event.type] is handler]
            if chosen and handler is not None:
                handler(chosen)
        _observe(deliveries, incoming, fresh)
    finally:
        for message in incoming:
            message.span.end()


def park(cursor: Any, delivery: Delivery, reason: str, detail: str) -> None:
    """Put a message that can never be processed where an operator sees it. The same open one is kept once."""
    cursor.execute(
        """
        INSERT INTO parked_messages (id, consumer, message_id, type, reason, detail, body, body_hash, headers)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
        ON CONFLICT (consumer, body_hash) WHERE resolved_at IS NULL DO NOTHING
        """,
        (
            str(new_id()),
            delivery.queue,
            delivery.message_id,
            delivery.type,
            reason,
            detail,
            delivery.body,
            delivery.body_hash,
            Json(_plain(delivery.headers)),
        ),
    )
    metrics.MESSAGES_CONSUMED.labels(delivery.queue, "parked").inc()
    _log.warning("message.parked", queue=delivery.queue, message_id=delivery.message_id, reason=reason)


def _read_all(cursor: Any, deliveries: Sequence[Delivery], handlers: Handlers) -> list[Incoming[EventData]]:
    incoming = []
    for delivery in deliveries:
        try:
            message = read(delivery)
        except ContentError as error:
            park(cursor, delivery, error.reason, error.detail)
            continue
        # The broker lets each service write its own events only. What the body says must not be more than that.
        writer = WRITERS.get(delivery.queue)
        if message.event.type not in handlers or message.data.producer != writer:
            park(cursor, delivery, "unexpected_type", f"{message.event.type} does not belong on this queue")
        elif message.event.source != source_of(writer):
            park(cursor, delivery, "wrong_source", f"only {writer} writes to this queue")
        else:
            incoming.append(message)
    return incoming


def _accept(cursor: Any, incoming: Sequence[Incoming[EventData]]) -> list[Incoming[EventData]]:
    """Write the inbox rows and return the messages that were not there before.

    The unique key decides, not a look beforehand: a second consumer holding the same message waits here for the first.
    """
    if not incoming:
        return []
    firsts: dict[tuple[str, str], Incoming[EventData]] = {}
    for message in incoming:
        firsts.setdefault((message.delivery.queue, str(message.event_id)), message)
    rows = [
        {"consumer": queue, "message_id": message_id, "body_hash": rf"\x{message.delivery.body_hash.hex()}"}
        for (queue, message_id), message in sorted(firsts.items())
    ]
    document = to_json(rows).decode()
    cursor.execute(_REMEMBER, (document,))
    new = set(cursor.fetchall())
    fresh = [message for key, message in firsts.items() if key in new]
    if len(fresh) < len(incoming):
        cursor.execute(_RECALL, (document,))
        hashes = {(consumer, message_id): bytes(body_hash) for consumer, message_id, body_hash in cursor.fetchall()}
        _park_impostors(cursor, incoming, hashes)
    return fresh


def _park_impostors(
    cursor: Any, incoming: Sequence[Incoming[EventData]], hashes: Mapping[tuple[str, str], bytes]
) -> None:
    """Park messages that carry a known id with another body: one of the two was forged or corrupted."""
    for message in incoming:
        if hashes[message.delivery.queue, str(message.event_id)] != message.delivery.body_hash:
            park(cursor, message.delivery, "id_reused", "another message with this id was processed before")


def _observe(
    deliveries: Sequence[Delivery], incoming: Sequence[Incoming[EventData]], fresh: Sequence[Incoming[EventData]]
) -> None:
    now = time.time()
    for message in fresh:
        metrics.MESSAGES_CONSUMED.labels(message.delivery.queue, "processed").inc()
        metrics.MESSAGE_AGE_SECONDS.labels(message.delivery.queue).observe(
            max(0.0, now - message.event.time.timestamp())
        )
    if len(incoming) > len(fresh):
        metrics.MESSAGES_CONSUMED.labels(deliveries[0].queue, "duplicate").inc(len(incoming) - len(fresh))


def _plain(headers: Mapping[str, Any] | None) -> dict[str, Any]:
    """AMQP headers as JSON: times and bytes become text, and what PostgreSQL cannot store becomes a question mark."""
    return {legible(str(name)): legible(str(value)) for name, value in (headers or {}).items()}
