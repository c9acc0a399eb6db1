"""What staff asks of payment: to give money back, and what was given back lately."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from httpx2 import HTTPStatusError, Response
from pydantic import BaseModel, ValidationError

from product.clients.payment import PaymentAway
from servicekit.money import Amount, Currency, parse_amount
from servicekit.problems import Conflict, TooManyRequests
from servicekit.service_calls import ServiceAway, call

_LATEST = 50


class RefundRefused(Conflict):
    """By payment's rules, in its words. `reason` is its code."""

    code = "refund_refused"
    title = "Payment refuses the refund"

    def __init__(self, detail: str, *, reason: str) -> None:
        super().__init__(detail)
        self.reason = reason


class Refund(BaseModel):
    """Money that went back, or is on its way while it is `pending`."""

    id: UUID
    order_id: UUID
    amount: Amount
    currency: Currency
    status: str
    reason: str
    """`staff`, or `order_closed`."""
    created_at: datetime

    @property
    def amount_minor(self) -> int:
        return parse_amount(self.amount, self.currency)


class _RefundList(BaseModel):
    results: list[Refund]


class _Payment(BaseModel):
    id: UUID
    status: str


class _PaymentList(BaseModel):
    results: list[_Payment]


class _Refusal(BaseModel):
    code: str
    title: str
    detail: str | None = None


# The access token is that of a member of staff.


def list_refunds(*, access_token: str) -> list[Refund]:
    """The latest of all, the newest first. Raises `PaymentAway`."""
    answer = _answer("GET", f"/api/v1/refunds?limit={_LATEST}", access_token)
    try:
        return _RefundList.model_validate_json(answer.raise_for_status().content).results
    except (HTTPStatusError, ValidationError) as error:
        raise PaymentAway from error


def refund_order(*, order_id: UUID, amount: str | None, key: UUID, access_token: str) -> None:
    """Ask for money back, all that is left of it without an amount.

    The same `key` again refunds nothing more. Raises `RefundRefused`, `PaymentAway`.
    """
    found = _answer("GET", f"/api/v1/payments?order_id={order_id}", access_token)
    try:
        payments = _PaymentList.model_validate_json(found.raise_for_status().content).results
    except (HTTPStatusError, ValidationError) as error:
        raise PaymentAway from error
    captured = next((payment for payment in payments if payment.status in ("succeeded", "refunded")), None)
    if captured is None:
        raise RefundRefused("Nothing was captured for this order", reason="payment_not_captured")
    answer = _answer(
        "POST",
        f"/api/v1/payments/{captured.id}/refund",
        access_token,
        json={"amount": amount} if amount else {},
        headers={"Idempotency-Key": str(key)},
    )
    if answer.is_client_error:
        refusal = _refusal(answer)
        raise RefundRefused(refusal.detail or refusal.title, reason=refusal.code)


def _answer(method: str, path: str, access_token: str, **content: Any) -> Response:
    try:
        return call("payment", method, settings.PAYMENT_URL + path, access_token=access_token, **content)
    except (ServiceAway, TooManyRequests) as error:
        raise PaymentAway from error


def _refusal(answer: Response) -> _Refusal:
    try:
        return _Refusal.model_validate_json(answer.content)
    except ValidationError as error:
        raise PaymentAway from error
