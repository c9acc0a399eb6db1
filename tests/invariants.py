"""What must hold in the databases at any moment: of stock, orders and money. Numbered as in the reliability document.

Money and stock (I2, I3, I4, I6) are the reconciliation's affair, the same that `make reconcile` runs; here is the rest.
Every check is a query for what violates it, so that a failure shows the culprits. What must hold at rest: `rest.py`.
"""

from payment.reconciliation.findings import Finding
from payment.reconciliation.queries import Reconciliation
from payment.reconciliation.snapshots import snapshot
from tests.running_shop import RunningShop

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


def unexplained(shop: RunningShop, *, grace_seconds: float) -> list[Finding]:
    """What the reconciliation finds. Orders that changed within the grace may differ from what payment knows."""
    auditors = shop.addresses.auditors
    with snapshot(auditors["product"]) as product, snapshot(auditors["payment"]) as payment:
        return list(Reconciliation(product=product, payment=payment, grace_seconds=grace_seconds).findings())


def assert_consistent(shop: RunningShop, *, grace_seconds: float = 60) -> None:
    """Stock and money agree with what they follow from. True at any moment, also while orders are under way."""
    broken = {name: rows for name, query in ORDERS.items() if (rows := shop.rows("product", query))}
    assert not broken, broken
    assert unexplained(shop, grace_seconds=grace_seconds) == []
