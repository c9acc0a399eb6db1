"""The whole reconciliation: orders against payments, payments and wallets against the ledger, stock against orders."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from uuid import UUID

from sqlalchemy import Connection, func, select

from payment.database import current_session
from payment.ledger.queries import report_on
from payment.reconciliation.findings import Facts, Finding, Money, money
from payment.reconciliation.models import ReconciliationRun
from payment.reconciliation.orders import OrderSide, PaymentSide, contradictions, faults_of
from payment.reconciliation.snapshots import charges, orders, rows, snapshot
from payment.reconciliation.stock import faults_of_stock

_FINDINGS_KEPT = 100


@dataclass(slots=True)
class Counts:
    """What was looked at."""

    orders: int = 0
    payments: int = 0
    under_way: int = 0
    """Orders whose sides differ, and that have changed too lately for that to mean anything."""
    entries: int = 0
    wallets: int = 0


@dataclass(slots=True)
class Outcome:
    """What a reconciliation has come to."""

    counts: Counts
    findings_count: int = 0
    findings: list[Finding] = field(default_factory=list)
    """The first of them."""
    duration_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class PendingRun:
    id: UUID
    requested_at: datetime
    is_under_way: bool


@dataclass(frozen=True, slots=True)
class State:
    """The last run with a result, one that came to none after it, and the one that is not finished."""

    latest: ReconciliationRun | None
    failed: ReconciliationRun | None
    pending: PendingRun | None


def reconciliation_state() -> State:
    """What the clock process has found, and is at."""
    ended = select(ReconciliationRun).where(ReconciliationRun.finished_at.is_not(None))
    newest = ended.order_by(ReconciliationRun.finished_at.desc()).limit(1)
    session = current_session()
    latest, last = session.scalar(newest.where(ReconciliationRun.error.is_(None))), session.scalar(newest)
    is_under_way = func.coalesce(ReconciliationRun.claimed_until > func.now(), False)
    columns = (ReconciliationRun.id, ReconciliationRun.requested_at, is_under_way)
    pending = session.execute(select(*columns).where(ReconciliationRun.finished_at.is_(None))).first()
    return State(latest, None if last is latest else last, None if pending is None else PendingRun(*pending))


def reconcile(*, orders_url: str, payments_url: str, grace_seconds: float) -> Outcome:
    """The whole of it, through the auditors' addresses. Raises SQLAlchemy's `DBAPIError`."""
    started = time.monotonic()
    with snapshot(orders_url) as product, snapshot(payments_url) as payment:
        reconciliation = Reconciliation(product=product, payment=payment, grace_seconds=grace_seconds)
        outcome = Outcome(reconciliation.counts)
        for finding in reconciliation.findings():
            outcome.findings_count += 1
            if len(outcome.findings) < _FINDINGS_KEPT:
                outcome.findings.append(finding)
    outcome.duration_seconds = time.monotonic() - started
    return outcome


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
            total = Money(amount=transaction.sum, currency=transaction.currency)
            yield Finding("transaction_unbalanced", "transaction", str(transaction.transaction_id), {"sum": total})
        for wallet in report.differing_wallets:
            facts: Facts = {
                "balance": Money(amount=wallet.balance, currency=wallet.currency),
                "sum": Money(amount=wallet.sum_of_entries, currency=wallet.currency),
                "wrong_entries": wallet.wrong_entries,
            }
            yield Finding("wallet_differs", "wallet", str(wallet.wallet_id), facts)
        for wallet in rows(self._payment, "SELECT id, balance_minor, currency FROM wallets WHERE balance_minor < 0"):
            balance = money(wallet.balance_minor, wallet.currency)
            yield Finding("wallet_negative", "wallet", str(wallet.id), {"balance": balance})


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
