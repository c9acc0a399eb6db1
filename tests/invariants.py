"""What must hold in the databases at any moment: of stock, orders and money. Numbered as in the reliability document.

Every check is a query for what violates it, so that a failure shows the culprits. What must hold at rest: `rest.py`.
"""

from tests.running_shop import RunningShop

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
        SELECT orders.id, orders.status, orders.payment_status FROM orders LEFT JOIN LATERAL (
            SELECT status, payment_status, fulfillment_status FROM order_events
            WHERE order_id = orders.id ORDER BY id DESC LIMIT 1
        ) AS latest ON true WHERE (latest.status, latest.payment_status, latest.fulfillment_status)
        IS DISTINCT FROM (orders.status, orders.payment_status, orders.fulfillment_status)
    """,
    "I2: an order that was paid, but is not confirmed": """
        SELECT id, status, payment_status FROM orders
        WHERE payment_status = 'paid' AND status NOT IN ('confirmed', 'completed')
    """,
    "I2: an order that is confirmed, but was neither paid nor refunded by staff": """
        SELECT id, status, payment_status FROM orders
        WHERE status IN ('confirmed', 'completed') AND payment_status NOT IN ('paid', 'refunded')
    """,
    "I2: an order that is refunded, but not all of it": """
        SELECT id, total_minor, refunded_minor FROM orders
        WHERE payment_status = 'refunded' AND refunded_minor <> total_minor
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
        SELECT payments.id FROM payments LEFT JOIN (
            ledger_entries AS entry JOIN ledger_accounts AS account ON account.id = account_id AND kind = 'sales'
        ) ON transaction_id = ledger_transaction_id AND entry.amount_minor = payments.amount_minor
        WHERE payments.status IN ('succeeded', 'refunded') AND payments.amount_minor > 0 AND entry.id IS NULL
    """,
    "I6: a refund without its one movement of that amount": """
        SELECT refunds.id FROM refunds LEFT JOIN (
            ledger_entries AS entry JOIN ledger_accounts AS account ON account.id = account_id AND kind = 'sales'
        ) ON transaction_id = ledger_transaction_id AND entry.amount_minor = -refunds.amount_minor
        WHERE refunds.status = 'succeeded' AND refunds.amount_minor > 0 AND entry.id IS NULL
    """,
    "I2: a payment that gave back another sum than its refunds": """
        SELECT payments.id, refunded_minor, sum(refunds.amount_minor) FROM payments
        LEFT JOIN refunds ON payment_id = payments.id GROUP BY payments.id
        HAVING refunded_minor <> coalesce(sum(refunds.amount_minor), 0)
    """,
    "I2: a closed order with a charge that nobody has promised to give back": """
        SELECT orders.id, amount_minor, refunded_minor FROM orders JOIN payments ON order_id = orders.id
        WHERE closed_at IS NOT NULL AND status IN ('succeeded', 'refunded') AND refunded_minor < amount_minor
    """,
}


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
