"""The tables of payments, and the states that a payment may take."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from payment.database import Model
from servicekit.contracts import FailureCode


class PaymentStatus(StrEnum):
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    VOIDED = "voided"
    REFUNDED = "refunded"


class RefundStatus(StrEnum):
    PENDING = "pending"
    SUCCEEDED = "succeeded"


class CallKind(StrEnum):
    CHARGE = "charge"
    VOID = "void"
    REFUND = "refund"


TRANSITIONS: dict[PaymentStatus, frozenset[PaymentStatus]] = {
    PaymentStatus.PENDING: frozenset({PaymentStatus.SUCCEEDED, PaymentStatus.FAILED, PaymentStatus.VOIDED}),
    PaymentStatus.SUCCEEDED: frozenset({PaymentStatus.REFUNDED}),
    PaymentStatus.FAILED: frozenset(),
    PaymentStatus.VOIDED: frozenset(),
    PaymentStatus.REFUNDED: frozenset(),
}
"""From a state to those that may follow it. A wallet answers at once, so its payments are never seen pending."""

_CAPTURED = "status IN ('succeeded', 'refunded')"


class Order(Model):
    """An order as far as payment knows it: the row that all work on one order waits for, and whether it was closed.

    It is inserted before it is locked, so that there is something to lock whichever message comes first.
    """

    __tablename__ = "orders"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    closed_at: Mapped[datetime | None]


class Payment(Model):
    """One attempt to pay an order.

    Attempt 0 is no attempt: it stands for an order that was closed before any money moved, and has no user, amount and
    currency when nothing else was known of that order.
    """

    __tablename__ = "payments"
    __table_args__ = (
        UniqueConstraint("order_id", "attempt", name="payments_order_attempt_key"),
        Index(
            "payments_one_capture",
            "order_id",
            unique=True,
            postgresql_where=text(_CAPTURED),
        ),
        Index("payments_unpaid", "id", postgresql_where=text("status IN ('pending', 'failed')")),
        Index("payments_undone", "id", postgresql_where=text("status IN ('voided', 'refunded')")),
        Index("payments_by_provider", "method", "id", postgresql_where=text("method <> 'wallet'")),
        Index("payments_one_void", "order_id", unique=True, postgresql_where=text("status = 'voided'")),
        Index("payments_of_user", "user_id", "id"),
        CheckConstraint(
            "status IN ('pending', 'succeeded', 'failed', 'voided', 'refunded')", name="payments_status_check"
        ),
        CheckConstraint(
            "attempt > 0 AND num_nulls(user_id, amount_minor, currency, method) = 0"
            " OR attempt = 0 AND status = 'voided'",
            name="payments_attempt_check",
        ),
        CheckConstraint("amount_minor >= 0", name="payments_amount_check"),
        CheckConstraint("refunded_minor BETWEEN 0 AND amount_minor", name="payments_refunded_check"),
        CheckConstraint("status <> 'refunded' OR refunded_minor = amount_minor", name="payments_fully_refunded_check"),
        CheckConstraint("(status = 'failed') = (failure_code IS NOT NULL)", name="payments_failure_check"),
        CheckConstraint(f"({_CAPTURED}) = (ledger_transaction_id IS NOT NULL)", name="payments_capture_check"),
        CheckConstraint(f"({_CAPTURED} AND method = 'wallet') = (wallet_id IS NOT NULL)", name="payments_wallet_check"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"))
    attempt: Mapped[int]
    user_id: Mapped[UUID | None]
    amount_minor: Mapped[int | None]
    currency: Mapped[str | None]
    method: Mapped[str | None]
    """The name of the payment method."""
    method_token: Mapped[str | None]
    """What the method's provider knows the buyer's card or account by."""
    provider_reference: Mapped[str | None]
    """What the provider calls the charge."""
    status: Mapped[str]
    failure_code: Mapped[FailureCode | None] = mapped_column(Text)
    wallet_id: Mapped[UUID | None] = mapped_column(ForeignKey("wallets.id"))
    """The wallet that paid, and that refunds go to. None when another method did."""
    ledger_transaction_id: Mapped[UUID | None] = mapped_column(ForeignKey("ledger_transactions.id"))
    """The capture."""
    refunded_minor: Mapped[int] = mapped_column(server_default=text("0"))
    version: Mapped[int] = mapped_column(server_default=text("1"))
    """Counts the changes of this row; events carry it as their sequence."""
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    """By the clock and not by the transaction's start: a transaction that waited for the wallet comes later."""
    updated_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class Refund(Model):
    """Money that goes back. The sum over a payment's refunds is its `refunded_minor`, which the database bounds.

    Pending ones count: what is promised to the buyer cannot be promised again.
    """

    __tablename__ = "refunds"
    __table_args__ = (
        CheckConstraint("amount_minor >= 0", name="refunds_amount_check"),
        CheckConstraint("reason IN ('order_closed', 'staff')", name="refunds_reason_check"),
        CheckConstraint("status IN ('pending', 'succeeded')", name="refunds_status_check"),
        CheckConstraint("(status = 'succeeded') = (ledger_transaction_id IS NOT NULL)", name="refunds_movement_check"),
        Index(
            "refunds_one_per_closed_order", "payment_id", unique=True, postgresql_where=text("reason = 'order_closed'")
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"), index=True)
    amount_minor: Mapped[int]
    reason: Mapped[str]
    status: Mapped[str]
    requested_by: Mapped[UUID | None]
    """The person; None when the closing of the order made it."""
    ledger_transaction_id: Mapped[UUID | None] = mapped_column(ForeignKey("ledger_transactions.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    payment: Mapped[Payment] = relationship(viewonly=True, lazy="raise")


class ProviderCall(Model):
    """Something to ask a payment provider for: written with its reason, done later, outside of any transaction.

    Its id is the payment's or the refund's, and the key by which the provider recognises a repetition. A charge becomes
    a void when its order is closed first. Whoever takes it on moves `due_at` to when it is to be seen as abandoned.
    """

    __tablename__ = "provider_calls"
    __table_args__ = (
        CheckConstraint("kind IN ('charge', 'void', 'refund')", name="provider_calls_kind_check"),
        Index("provider_calls_due", "due_at", postgresql_where=text("finished_at IS NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"), index=True)
    kind: Mapped[str]
    cause_id: Mapped[UUID | None]
    """The message that asked for it, which its answer names as the cause; None when a person asked."""
    traceparent: Mapped[str | None]
    tries: Mapped[int] = mapped_column(server_default=text("0"))
    due_at: Mapped[datetime] = mapped_column(server_default=func.now())
    finished_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
