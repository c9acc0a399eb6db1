"""Payments over the wire."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from payment.pagination import Page, PageQuery
from payment.payments.events import FAILURE_MESSAGES
from payment.payments.models import Payment
from servicekit.contracts import FailureCode
from servicekit.money import format_amount

StatusFilter = Literal["unpaid", "pending", "succeeded", "failed", "voided", "refunded"]


class PaymentQuery(PageQuery):
    status: StatusFilter | None = Field(
        None, description="`unpaid`: what its order still waits for, pending or failed."
    )
    order_id: UUID | None = None


class PaymentResponse(BaseModel):
    """One attempt to pay an order. Attempt 0 stands for an order that was closed before any money moved."""

    id: UUID
    order_id: UUID
    attempt: int
    user_id: UUID | None
    status: Literal["pending", "succeeded", "failed", "voided", "refunded"]
    amount: str | None
    currency: str | None
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


class PaymentPage(Page[PaymentResponse]):
    """The newest first."""


def _amount(minor: int | None, currency: str | None) -> str | None:
    return None if minor is None or currency is None else format_amount(minor, currency)
