"""Questions, orders, payments and refunds as decisions see them: plain values, without a database."""

from dataclasses import dataclass, replace
from typing import Any, Literal
from uuid import UUID

from payment.payments.models import TRANSITIONS, CallKind, PaymentStatus, RefundStatus
from servicekit.contracts import Cause, FailureCode

RefundReason = Literal["order_closed", "staff"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRequest:
    """Product asks to take the payment of an order: for the first time, once more, or again for want of an answer."""

    order_id: UUID
    attempt: int
    user_id: UUID
    amount_minor: int
    currency: str
    method: str
    method_token: str | None
    cause: Cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancellation:
    """Product tells that an order is closed, and waits to hear that its money is not, or no longer, ours."""

    order_id: UUID
    cause: Cause


class IllegalTransition(Exception):
    """A payment cannot go from its state to the one asked for: a defect, never a customer's doing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentState:
    """A payment as it stands at this point of the batch. The fields are the columns of the same names."""

    id: UUID
    order_id: UUID
    attempt: int
    user_id: UUID | None
    amount_minor: int | None
    currency: str | None
    method: str | None
    method_token: str | None = None
    provider_reference: str | None = None
    status: PaymentStatus
    failure_code: FailureCode | None = None
    wallet_id: UUID | None = None
    ledger_transaction_id: UUID | None = None
    refunded_minor: int = 0
    version: int = 1

    def become(self, status: PaymentStatus, **changes: Any) -> "PaymentState":
        """Return the payment in its next state. Raises `IllegalTransition`."""
        if status not in TRANSITIONS[self.status]:
            raise IllegalTransition(f"{self.status} to {status}")
        return replace(self, status=status, version=self.version + 1, **changes)

    @property
    def refundable_minor(self) -> int:
        """What was captured and not given back or promised yet."""
        is_captured = self.status in (PaymentStatus.SUCCEEDED, PaymentStatus.REFUNDED)
        return (self.amount_minor or 0) - self.refunded_minor if is_captured else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundState:
    """A refund. The fields are the columns of the same names."""

    id: UUID
    payment_id: UUID
    amount_minor: int
    reason: RefundReason
    requested_by: UUID | None = None
    status: RefundStatus = RefundStatus.PENDING
    ledger_transaction_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallState:
    """Something to ask a provider for. The fields are the columns of the same names."""

    id: UUID
    payment_id: UUID
    kind: CallKind
    cause_id: UUID | None = None
    traceparent: str | None = None

    @property
    def cause(self) -> Cause | None:
        return None if self.cause_id is None else _RememberedCause(self.cause_id, self.traceparent)


@dataclass(frozen=True, slots=True)
class _RememberedCause:
    event_id: UUID
    traceparent: str | None


@dataclass(slots=True, kw_only=True)
class OrderState:
    """An order as it stands at this point of the batch, with its payments by attempt."""

    id: UUID
    is_closed: bool
    payments: dict[int, PaymentState]

    def answer_to(self, attempt: int) -> PaymentState | None:
        """The payment that answers this attempt already: its own, or another that pays the order. Nobody pays twice."""
        paying = (PaymentStatus.PENDING, PaymentStatus.SUCCEEDED, PaymentStatus.REFUNDED)
        return self.payments.get(attempt) or self.find(*paying)

    def find(self, *statuses: PaymentStatus) -> PaymentState | None:
        """The payment in one of these states. There is one at most, but of failed ones."""
        return next((payment for payment in self.payments.values() if payment.status in statuses), None)

    @property
    def latest(self) -> PaymentState | None:
        return max(self.payments.values(), key=lambda payment: payment.attempt, default=None)
