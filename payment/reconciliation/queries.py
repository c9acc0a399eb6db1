"""The whole reconciliation: orders against payments, payments and wallets against the ledger, stock against orders."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from sqlalchemy import Connection

from payment.ledger.queries import report_on
from payment.reconciliation.findings import Finding
from payment.reconciliation.orders import OrderSide, PaymentSide, contradictions, faults_of
from payment.reconciliation.snapshots import charges, orders, rows
from payment.reconciliation.stock import faults_of_stock


@dataclass(slots=True)
class Counts:
    """What was looked at."""

    orders: int = 0
    payments: int = 0
    under_way: int = 0
    """Orders whose sides differ, and that have changed too lately for that to mean anything."""
    entries: int = 0
    wallets: int = 0


class Reconciliation:
    """One look at both databases. Memory stays the same however many orders there are."""

    def __init__(self, *, product: Connection, payment: Connection, grace_seconds: float) -> None:
        """Both connections have a snapshot. What has changed within the grace is under way, and may differ."""
        self._product = product
        self._payment = payment
        self._grace_seconds = grace_seconds
        self.counts = Counts()

    def findings(self) -> Iterator[Finding]:
        """Everything that is wrong, as it is found. `counts` is complete at the end."""
        yield from self._faults_of_orders()
        yield from faults_of_stock(self._product)
        yield from self._faults_of_ledger()

    def _faults_of_orders(self) -> Iterator[Finding]:
        for order, side in _pairs(orders(self._product), charges(self._payment)):
            self.counts.orders += order is not None
            self.counts.payments += side.payments if side else 0
            found = list(contradictions(order, side))
            if found and min(one.age_seconds for one in (order, side) if one) < self._grace_seconds:
                self.counts.under_way += 1
                found = []
            yield from chain(found, faults_of(side) if side else ())

    def _faults_of_ledger(self) -> Iterator[Finding]:
        report = report_on(self._payment)
        self.counts.entries, self.counts.wallets = report.counts.entries, report.counts.wallets
        for transaction in report.unbalanced_transactions:
            detail = f"{transaction.sum} {transaction.currency}"
            yield Finding("transaction_unbalanced", f"transaction {transaction.transaction_id}", detail)
        for wallet in report.differing_wallets:
            detail = (
                f"{wallet.balance} {wallet.currency}, entries {wallet.sum_of_entries}, {wallet.wrong_entries} wrong"
            )
            yield Finding("wallet_differs", f"wallet {wallet.wallet_id}", detail)
        for wallet in rows(self._payment, "SELECT id, balance_minor FROM wallets WHERE balance_minor < 0"):
            yield Finding("wallet_negative", f"wallet {wallet.id}", f"{wallet.balance_minor} minor units")


def _pairs(
    orders: Iterator[OrderSide], sides: Iterator[PaymentSide]
) -> Iterator[tuple[OrderSide | None, PaymentSide | None]]:
    """Join two streams that are in the order of their ids. PostgreSQL orders UUIDs as Python does."""
    order, side = next(orders, None), next(sides, None)
    while order is not None or side is not None:
        is_order = side is None or (order is not None and order.id <= side.id)
        is_side = order is None or (side is not None and side.id <= order.id)
        yield order if is_order else None, side if is_side else None
        order = next(orders, None) if is_order else order
        side = next(sides, None) if is_side else side
