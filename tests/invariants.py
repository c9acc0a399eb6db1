"""What must hold in the databases whatever happened: stock, money, messages. Names follow the reliability document.

Every check is a query for what violates it, so that a failure shows the culprits.
"""

from typing import Any

import pika

from servicekit.messaging.topology import QUEUES
from tests.running_shop import RunningShop
from tests.waiting import wait_until

Rows = list[tuple[Any, ...]]

STOCK = {
    "I4: pieces appeared or vanished": """
        SELECT product_id, on_hand, reserved, sold, moved FROM stock JOIN (
            SELECT product_id, sum(quantity) AS moved FROM stock_movements GROUP BY product_id
        ) AS movements USING (product_id) WHERE on_hand + reserved + sold <> moved
    """,
    "I4: a negative number of pieces": "SELECT * FROM stock WHERE least(on_hand, reserved, sold) < 0",
    "I4: what is reserved is not what pending orders hold": """
        SELECT product_id, reserved, held FROM stock LEFT JOIN (
            SELECT product_id, sum(quantity) AS held FROM order_lines JOIN orders ON orders.id = order_id
            WHERE status = 'pending' GROUP BY product_id
        ) AS pending USING (product_id) WHERE reserved <> coalesce(held, 0)
    """,
    "I4: what is sold is not what paid orders took": """
        SELECT product_id, sold, taken FROM stock LEFT JOIN (
            SELECT product_id, sum(quantity) AS taken FROM order_lines JOIN orders ON orders.id = order_id
            WHERE status IN ('confirmed', 'completed') GROUP BY product_id
        ) AS paid USING (product_id) WHERE sold <> coalesce(taken, 0)
    """,
}

ORDERS = {
    "I1: a transition that does not exist": """
        SELECT order_id, before, status FROM (
            SELECT order_id, status, lag(status) OVER (PARTITION BY order_id ORDER BY id) AS before FROM order_events
        ) AS moves WHERE before <> status AND (before, status) NOT IN (
            ('pending', 'confirmed'), ('pending', 'cancelled'), ('pending', 'expired'), ('confirmed', 'completed'),
            ('confirmed', 'cancelling'), ('cancelling', 'cancelled')
        )
    """,
    "I1: the timeline does not end in the order's state": """
        SELECT DISTINCT ON (order_id) order_id FROM order_events JOIN orders ON orders.id = order_id
        WHERE NOT EXISTS (
            SELECT FROM order_events AS last WHERE last.order_id = orders.id
            AND (last.status, last.payment_status) = (orders.status, orders.payment_status)
        )
    """,
    "I2: an order that was paid, but is not confirmed": """
        SELECT id, status, payment_status FROM orders
        WHERE (payment_status = 'paid') <> (status IN ('confirmed', 'completed'))
    """,
}

MONEY = {
    "I3: a movement that does not sum to zero": """
        SELECT transaction_id, currency, sum(amount_minor) FROM ledger_entries
        GROUP BY transaction_id, currency HAVING sum(amount_minor) <> 0
    """,
    "I3: a wallet that is not the sum of its entries": """
        SELECT id, balance_minor, booked FROM wallets LEFT JOIN (
            SELECT account_id, sum(amount_minor) AS booked FROM ledger_entries GROUP BY account_id
        ) AS entries ON account_id = wallets.id WHERE balance_minor <> coalesce(booked, 0)
    """,
    "I3: a negative balance": "SELECT id, balance_minor FROM wallets WHERE balance_minor < 0",
    "I6: an attempt with several payments": """
        SELECT order_id, attempt, count(*) FROM payments GROUP BY order_id, attempt HAVING count(*) > 1
    """,
    "I6: an order that was captured twice": """
        SELECT order_id, count(*) FROM payments WHERE status IN ('succeeded', 'refunded')
        GROUP BY order_id HAVING count(*) > 1
    """,
    "I6: a capture without its one movement of that amount": """
        SELECT payments.id FROM payments LEFT JOIN ledger_entries AS entry ON transaction_id = ledger_transaction_id
        AND account_id = wallet_id AND entry.amount_minor = -payments.amount_minor
        WHERE payments.status IN ('succeeded', 'refunded') AND payments.amount_minor > 0 AND entry.id IS NULL
    """,
}

_ROUTES = (
    ("auth", "payment.users", "user.%"), ("auth", "product.users", "user.%"),
    ("product", "payment.orders", "order.%"), ("payment", "product.payments", "payment.%"),
)  # fmt: skip


def assert_consistent(shop: RunningShop) -> None:
    """Stock and money agree with what they follow from. True at any moment, also while orders are under way."""
    checks = {"product": STOCK | ORDERS, "payment": MONEY}
    broken = {
        name: rows
        for service, queries in checks.items()
        for name, query in queries.items()
        if (rows := shop.rows(service, query))
    }
    assert not broken, broken
    verdict = shop.staff.read("payment", "/api/v1/ledger/verify")
    assert verdict["is_consistent"] is True, verdict


def wait_for_rest(shop: RunningShop, *, timeout_seconds: float = 60) -> None:
    """Returns when every event is published and processed, every question answered, every queue empty."""
    try:
        wait_until(lambda: not _unrest(shop), timeout_seconds=timeout_seconds)
    except AssertionError:
        raise AssertionError(f"no rest after {timeout_seconds} s: {_unrest(shop)}") from None


def assert_at_rest(shop: RunningShop, *, parked: int = 0) -> None:
    """Everything has settled, exactly once, and both sides agree. `parked`: how many messages were poisoned."""
    wait_for_rest(shop)
    assert_consistent(shop)
    assert charges_by_order(shop) == paid_orders(shop), "I2: orders and payments differ"
    for service in QUEUES:
        assert shop.number(service, "SELECT count(*) FROM parked_messages WHERE resolved_at IS NULL") == (
            parked if service == "payment" else 0
        )
    assert {queue: count for queue, count in dead_letters(shop).items() if count} == {}


def paid_orders(shop: RunningShop) -> dict[str, tuple[int, str]]:
    """Amount and currency of every order whose money is with us, by order."""
    rows = shop.rows("product", "SELECT id::text, total_minor, currency FROM orders WHERE payment_status = 'paid'")
    return {order_id: (amount, currency) for order_id, amount, currency in rows}


def charges_by_order(shop: RunningShop) -> dict[str, tuple[int, str]]:
    """What was captured and not given back."""
    query = "SELECT order_id::text, amount_minor, currency FROM payments WHERE status = 'succeeded'"
    return {order_id: (amount, currency) for order_id, amount, currency in shop.rows("payment", query)}


def queue_lengths(shop: RunningShop, user: str, queues: list[str]) -> dict[str, int]:
    """Counted by asking for each queue: what the management API tells is up to ten seconds old."""
    connection = pika.BlockingConnection(pika.URLParameters(shop.addresses.brokers[user]))
    try:
        channel = connection.channel()
        return {queue: channel.queue_declare(queue, passive=True).method.message_count for queue in queues}
    finally:
        connection.close()


def dead_letters(shop: RunningShop) -> dict[str, int]:
    """Also what no queue wanted."""
    return queue_lengths(shop, "operator", [f"{queue}.dlq" for queues in QUEUES.values() for queue in queues])


def forgive_lost_events(shop: RunningShop) -> None:
    """After the broker's data was destroyed: whatever is sent and not processed by now never will be."""
    for service, queue, types in _ROUTES:
        shop.lost_events |= _missing(shop, service, queue, types)


def _unrest(shop: RunningShop) -> dict[str, Any]:
    unrest: dict[str, Any] = {
        "unpublished": {
            service: count
            for service in ("auth", "product", "payment")
            if (count := shop.number(service, "SELECT count(*) FROM outbox_events WHERE published_at IS NULL"))
        },
        "unanswered": shop.rows("product", "SELECT id FROM orders WHERE asked_at IS NOT NULL"),
        "unprocessed": set[str]().union(*(_missing(shop, *route) for route in _ROUTES)),
    }
    return {name: value for name, value in unrest.items() if value}


def _missing(shop: RunningShop, producer: str, queue: str, types: str) -> set[str]:
    """I5: ids of published events that the consumer of the queue has neither processed nor parked."""
    sent = shop.rows(producer, "SELECT event_id::text FROM outbox_events WHERE type LIKE %s", types)
    consumer = queue.partition(".")[0]
    seen = shop.rows(consumer, "SELECT message_id::text FROM inbox_messages WHERE consumer = %s", queue)
    return {event_id for (event_id,) in sent} - {message_id for (message_id,) in seen} - shop.lost_events
