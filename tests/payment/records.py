"""What tests of payment look at afterwards: rows and recorded events, as plain values."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic_core import from_json
from sqlalchemy import func, select, text

from payment.database import transaction
from payment.ledger.models import AccountKind, LedgerEntry, system_account_id
from payment.ledger.queries import verify_ledger
from payment.messaging.models import OutboxEvent
from payment.payments.models import Payment, Refund
from payment.wallets.models import Wallet


@dataclass(frozen=True)
class SentEvent:
    type: str
    order_id: str
    cause: str | None
    data: dict[str, Any]
    envelope: dict[str, Any]


def events_sent() -> list[SentEvent]:
    """All events in the outbox, in the order in which they were recorded."""
    with transaction() as session:
        bodies = session.scalars(select(OutboxEvent.body).order_by(OutboxEvent.id)).all()
    envelopes = [from_json(body) for body in bodies]
    return [
        SentEvent(
            envelope["type"],
            envelope["data"].get("order_id", ""),
            envelope.get("causationid"),
            envelope["data"],
            envelope,
        )
        for envelope in envelopes
    ]


def answers_about(order_id: UUID) -> list[str]:
    """The types of the events about an order."""
    return [event.type for event in events_sent() if event.order_id == str(order_id)]


def payments_of(order_id: UUID) -> list[Payment]:
    """By attempt."""
    with transaction() as session:
        return list(session.scalars(select(Payment).where(Payment.order_id == order_id).order_by(Payment.attempt)))


def wallets_of(user_id: UUID) -> list[Wallet]:
    with transaction() as session:
        return list(session.scalars(select(Wallet).where(Wallet.user_id == user_id)))


def balance_of(user_id: UUID) -> int:
    """Minor units in the user's only wallet."""
    (wallet,) = wallets_of(user_id)
    return wallet.balance_minor


def refunds_of(order_id: UUID) -> list[Refund]:
    """Of all its payments, the oldest first."""
    of_order = select(Refund).join(Payment, Payment.id == Refund.payment_id).where(Payment.order_id == order_id)
    with transaction() as session:
        return list(session.scalars(of_order.order_by(Refund.id)))


def account_balance(kind: AccountKind, currency: str = "EUR") -> int:
    """Minor units in the account of ours."""
    entries = select(func.sum(LedgerEntry.amount_minor))
    with transaction() as session:
        return session.scalar(entries.where(LedgerEntry.account_id == system_account_id(kind, currency))) or 0


def ledger_is_consistent() -> bool:
    return verify_ledger(timeout_seconds=30).is_consistent


def count(table: str) -> int:
    with transaction() as session:
        return session.scalar(text(f"SELECT count(*) FROM {table}")) or 0


def is_somebody_waiting(cursor: Any) -> bool:
    """Whether a session stands before a lock that the cursor's own session holds."""
    cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))")
    return bool(cursor.fetchone()[0])
