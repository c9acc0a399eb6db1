"""Payments over the wire."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from payment.amounts import PositiveAmount
from payment.pagination import Page, PageQuery
from payment.payments.events import FAILURE_MESSAGES
from payment.payments.models import Payment, Refund
from payment.payments.states import RefundReason
from servicekit.contracts import FailureCode
from servicekit.money import format_amount
from servicekit.text import Text

StatusFilter = Literal["unpaid", "pending", "succeeded", "failed", "voided", "refunded"]


class PaymentQuery(PageQuery):
    status: StatusFilter | None = Field(
        None, description="`unpaid`: what its order still waits for, pending or failed."
    )
    order_id: UUID | None = None
    method: Text | None = Field(None, max_length=40, description="The name of a payment method, such as `wallet`.")


class PaymentResponse(BaseModel):
    """One attempt to pay an order. Attempt 0 stands for an order that was closed before any money moved."""

    id: UUID
    order_id: UUID
    attempt: int
    user_id: UUID | None
    status: Literal["pending", "succeeded", "failed", "voided", "refunded"]
    amount: str | None
    currency: str | None
    method: str | None
    refunded_amount: str | None
    failure_code: FailureCode | None
    failure_message: str | None
    ledger_transaction_id: UUID | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, payment: Payment) -> "PaymentResponse":
        code = payment.failure_code
        return cls.model_validate(
            {
                "amount": _amount(payment.amount_minor, payment.currency),
                "refunded_amount": _amount(payment.refunded_minor, payment.currency),
                "failure_message": FAILURE_MESSAGES.get(code) if code else None,
            }
            | {name: getattr(payment, name) for name in cls.model_fields if hasattr(payment, name)}
        )


class RefundInput(BaseModel):
    """Without an amount all that is left is given back."""

    model_config = ConfigDict(extra="forbid")

    amount: PositiveAmount | None = Field(None, description="A string with the decimals of the payment's currency.")


class RefundResponse(BaseModel):
    """Money that goes back to the buyer: pending until the payment's provider has done it; a wallet has it at once."""

    id: UUID
    payment_id: UUID
    order_id: UUID
    amount: str
    currency: str
    status: Literal["pending", "succeeded"]
    reason: RefundReason
    requested_by: UUID | None = Field(description="Staff only: who asked for it.")
    ledger_transaction_id: UUID | None
    created_at: datetime

    @classmethod
    def of(cls, refund: Refund, *, payment: Payment, is_for_staff: bool) -> "RefundResponse":
        names = cls.model_fields.keys() - {"order_id", "amount", "currency", "requested_by"}
        return cls.model_validate(
            {
                "order_id": payment.order_id,
                "amount": _amount(refund.amount_minor, payment.currency),
                "currency": payment.currency,
                "requested_by": refund.requested_by if is_for_staff else None,
            }
            | {name: getattr(refund, name) for name in names}
        )


class RefundPage(Page[RefundResponse]):
    """The newest first."""


class PaymentPage(Page[PaymentResponse]):
    """The newest first."""


def _amount(minor: int | None, currency: str | None) -> str | None:
    return None if minor is None or currency is None else format_amount(minor, currency)
