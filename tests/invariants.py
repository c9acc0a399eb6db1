"""What must hold in the databases at any moment: of stock, orders and money. Numbered as in the reliability document.

Money and stock (I2, I3, I4, I6) are the reconciliation's affair, the same that `make reconcile` runs; here is the rest.
Every check is a query for what violates it, so that a failure shows the culprits. What must hold at rest: `rest.py`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

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
            ('confirmed', 'cancelling'), ('cancelling', 'cancelled'), ('confirmed', 'cancelled')
        )
    """,
    "I1: a payment's transition that does not exist": """
        SELECT order_id, before, payment_status FROM (
            SELECT order_id, payment_status, lag(payment_status) OVER (PARTITION BY order_id ORDER BY id) AS before
            FROM order_events
        ) AS moves WHERE before <> payment_status AND (before, payment_status) NOT IN (
            ('unpaid', 'paid'), ('unpaid', 'failed'), ('failed', 'unpaid'), ('paid', 'refund_pending'),
            ('refund_pending', 'refunded'), ('paid', 'refunded')
        )
    """,
    "I1: an order that does not begin as pending and unpaid": """
        SELECT order_id, status, payment_status FROM (
            SELECT DISTINCT ON (order_id) order_id, status, payment_status FROM order_events ORDER BY order_id, id
        ) AS beginnings WHERE (status, payment_status) <> ('pending', 'unpaid')
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


SESSIONS = {
    "I9: a family of refresh tokens with several live ones": """
        SELECT session_id, count(*) FROM refresh_tokens WHERE rotated_at IS NULL GROUP BY session_id HAVING count(*) > 1
    """,
}

NUMBERS = {
    "I2": {"unknown_order", "paid_without_capture", "captured_without_paid", "amount_differs", "refunds_differ",
           "charge_on_closed_order"},
    "I1": {"unanswered"},
    "I6": {"attempt_paid_twice", "captured_twice", "refunded_too_often", "refund_sum_differs", "refunded_too_much"},
    "I3": {"capture_not_booked", "refund_not_booked", "transaction_unbalanced", "wallet_differs", "wallet_negative"},
    "I4": {"stock_differs", "stock_negative", "reserved_differs", "sold_differs"},
}  # fmt: skip
"""Which invariant a finding of the reconciliation violates."""


@dataclass(frozen=True)
class Violation:
    """One thing that must not be. `invariant` is its number in the reliability document."""

    invariant: str
    what: str
    order_id: str | None = None
    """The order that it is about, if it is about one."""


def violations(shop: RunningShop, *, grace_seconds: float) -> Iterator[Violation]:
    """Of what must hold at any moment. Orders that changed within the grace may differ from what payment knows."""
    for service, queries in (("product", ORDERS), ("auth", SESSIONS)):
        for name, query in queries.items():
            for row in shop.rows(service, query):
                yield _violation(name, row, is_order=service == "product")
    for finding in unexplained(shop, grace_seconds=grace_seconds):
        number = next(number for number, codes in NUMBERS.items() if finding.code in codes)
        yield Violation(
            number,
            f"{finding.code}: {finding.subject}: {finding.detail}",
            str(finding.order_id) if finding.order_id else None,
        )


def unexplained(shop: RunningShop, *, grace_seconds: float) -> list[Finding]:
    """What the reconciliation finds. Orders that changed within the grace may differ from what payment knows."""
    auditors = shop.addresses.auditors
    with snapshot(auditors["product"]) as product, snapshot(auditors["payment"]) as payment:
        return list(Reconciliation(product=product, payment=payment, grace_seconds=grace_seconds).findings())


def assert_consistent(shop: RunningShop, *, grace_seconds: float = 60) -> None:
    """Stock and money agree with what they follow from. True at any moment, also while orders are under way."""
    assert list(violations(shop, grace_seconds=grace_seconds)) == []


def _violation(name: str, row: tuple[Any, ...], *, is_order: bool) -> Violation:
    number, _, what = name.partition(": ")
    return Violation(number, f"{what}: {' | '.join(map(str, row))}", str(row[0]) if is_order else None)
