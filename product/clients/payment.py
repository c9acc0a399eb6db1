"""What is asked of payment on the visitor's behalf: how much money they have; by staff, to give some back."""

from typing import Any
from uuid import UUID

from django.conf import settings
from httpx2 import HTTPStatusError, Response
from pydantic import BaseModel, ValidationError

from servicekit.money import Amount, Currency, parse_amount
from servicekit.problems import Conflict, TooManyRequests
from servicekit.service_calls import ServiceAway, call


class PaymentAway(ServiceAway):
    """Balances are not known at the moment. Orders are accepted all the same and paid when payment is back."""

    code = "payment_unavailable"
    title = "Payment does not answer at the moment"


class RefundRefused(Conflict):
    """By payment's rules, in its words."""

    code = "refund_refused"
    title = "Payment refuses the refund"


class Wallet(BaseModel):
    """Somebody's money in one currency."""

    user_id: UUID
    currency: Currency
    balance: Amount

    @property
    def balance_minor(self) -> int:
        return parse_amount(self.balance, self.currency)


class _WalletList(BaseModel):
    results: list[Wallet]


def list_wallets(*, user_id: UUID, access_token: str) -> list[Wallet]:
    """The wallets of the user, whose token it is; none before the first one is opened. Raises `PaymentAway`."""
    try:
        response = call("payment", "GET", f"{settings.PAYMENT_URL}/api/v1/wallets", access_token=access_token)
        visible = _WalletList.model_validate_json(response.raise_for_status().content).results
    except (ServiceAway, TooManyRequests, HTTPStatusError, ValidationError) as error:
        raise PaymentAway from error
    # Staff is shown everybody's.
    return [wallet for wallet in visible if wallet.user_id == user_id]


class _Payment(BaseModel):
    id: UUID
    status: str


class _PaymentList(BaseModel):
    results: list[_Payment]


class _Refusal(BaseModel):
    title: str
    detail: str | None = None


def refund_order(*, order_id: UUID, amount: str | None, key: UUID, access_token: str) -> None:
    """Ask for money back, all that is left of it without an amount. The token is that of a member of staff.

    The same `key` again refunds nothing more. Raises `RefundRefused`, `PaymentAway`.
    """
    found = _answer("GET", f"/api/v1/payments?order_id={order_id}", access_token)
    try:
        payments = _PaymentList.model_validate_json(found.raise_for_status().content).results
    except (HTTPStatusError, ValidationError) as error:
        raise PaymentAway from error
    captured = next((payment for payment in payments if payment.status in ("succeeded", "refunded")), None)
    if captured is None:
        raise RefundRefused("Nothing was captured for this order")
    answer = _answer(
        "POST",
        f"/api/v1/payments/{captured.id}/refund",
        access_token,
        json={"amount": amount} if amount else {},
        headers={"Idempotency-Key": str(key)},
    )
    if answer.is_client_error:
        raise RefundRefused(_refusal(answer))


def _answer(method: str, path: str, access_token: str, **content: Any) -> Response:
    try:
        return call("payment", method, settings.PAYMENT_URL + path, access_token=access_token, **content)
    except (ServiceAway, TooManyRequests) as error:
        raise PaymentAway from error


def _refusal(answer: Response) -> str:
    try:
        refusal = _Refusal.model_validate_json(answer.content)
    except ValidationError as error:
        raise PaymentAway from error
    return refusal.detail or refusal.title
