"""All that is known of one order: its rows in every database, its messages, and what the logs say of it."""

from collections.abc import Iterator
from typing import Any

from faults.breakable_shop import BreakableShop

_SENT = """
    SELECT id, event_id, type, attempts, created_at, published_at, failed_at, last_error FROM outbox_events
    WHERE correlation_id = %s ORDER BY id
"""
_ROWS = {
    "product": {
        "order": "SELECT * FROM orders WHERE id = %s",
        "line": "SELECT * FROM order_lines WHERE order_id = %s",
        "timeline": "SELECT * FROM order_events WHERE order_id = %s ORDER BY id",
        "sent": _SENT,
    },
    "payment": {
        "order": "SELECT * FROM orders WHERE id = %s",
        "payment": "SELECT * FROM payments WHERE order_id = %s ORDER BY attempt",
        "refund": "SELECT refunds.* FROM refunds JOIN payments ON payments.id = payment_id WHERE order_id = %s",
        "entry": "SELECT entry.* FROM ledger_entries AS entry JOIN payments ON entry.transaction_id ="
        " payments.ledger_transaction_id WHERE order_id = %s",
        "sent": _SENT,
    },
}
_TAKEN_IN = """
    SELECT consumer, message_id, received_at FROM inbox_messages WHERE message_id = ANY(%s::uuid[]) ORDER BY received_at
"""
_OTHER_SIDE = {"product": "payment", "payment": "product"}
_LINES = 200


def story_of(shop: BreakableShop, order_id: str) -> Iterator[str]:
    """Line by line."""
    yield f"The story of order {order_id}"
    for service, queries in _ROWS.items():
        for name, query in queries.items():
            rows = shop.people.rows(service, query, order_id)
            yield from (f"  {service} {name}: {_readable(row)}" for row in rows)
            if name == "sent":
                event_ids = [str(row[1]) for row in rows]
                taken = shop.people.rows(_OTHER_SIDE[service], _TAKEN_IN, event_ids)
                yield from (f"  {_OTHER_SIDE[service]} took in: {_readable(row)}" for row in taken)
    for number, line in enumerate(_log_lines(shop, order_id)):
        if number == _LINES:
            yield "  …"
            return
        yield f"  {line}"


def _log_lines(shop: BreakableShop, text: str) -> Iterator[str]:
    for path in shop.logs():
        with path.open(encoding="utf-8", errors="replace") as lines:
            yield from (f"{path.stem}: {line.rstrip()}" for line in lines if text in line)


def _readable(row: tuple[Any, ...]) -> str:
    return " | ".join(str(value) for value in row)
