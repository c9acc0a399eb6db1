"""What the wallet page asks of payment on a user's behalf: balances, what happened to them, topping up, sending."""

from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID

import httpx2
from django.conf import settings
from pydantic import BaseModel

from product.clients.accounts import Account
from product.clients.payment import PaymentAway
from product.clients.refusals import Model, Unreadable, accepted, read
from servicekit.money import Currency, parse_amount
from servicekit.service_calls import ServiceAway, call

_MAX_LIMIT = 100


class Wallet(BaseModel):
    id: UUID
    currency: Currency
    balance: str
    is_frozen: bool

    @property
    def balance_minor(self) -> int:
        return parse_amount(self.balance, self.currency)


class _WalletPage(BaseModel):
    results: list[Wallet]


class Party(BaseModel):
    username: str


class Movement(BaseModel):
    """Money that came in, or went out: then `amount` is negative."""

    kind: str
    """starting_balance, top_up, payment, refund or transfer; more may come."""
    amount: str
    balance_after: str
    currency: Currency
    order_id: UUID | None = None
    partner: Party | None = None
    created_at: datetime

    @property
    def amount_minor(self) -> int:
        return parse_amount(self.amount, self.currency)

    @property
    def balance_after_minor(self) -> int:
        return parse_amount(self.balance_after, self.currency)


class Statement(BaseModel):
    """The newest first. `next` and `previous` are addresses of payment's, or null."""

    results: list[Movement]
    next: str | None
    previous: str | None

    @property
    def next_cursor(self) -> str | None:
        return _cursor(self.next)

    @property
    def previous_cursor(self) -> str | None:
        return _cursor(self.previous)


# Every function may also raise `PaymentAway`, `TooManyRequests` and `SessionEnded`.


def list_wallets(account: Account) -> list[Wallet]:
    """The user's own, also when they are staff; none before payment has heard of a new user."""
    query = urlencode({"user_id": account.user_id, "limit": _MAX_LIMIT})
    return _read(_WalletPage, _ask("GET", f"/api/v1/wallets?{query}", account)).results


def read_statement(account: Account, wallet_id: UUID, *, cursor: str | None, limit: int) -> Statement:
    """Raises `Refused` for a cursor of nonsense."""
    query = urlencode({"limit": limit} | ({"cursor": cursor} if cursor else {}))
    return _read(Statement, _ask("GET", f"/api/v1/wallets/{wallet_id}/transactions?{query}", account))


def top_up(account: Account, wallet_id: UUID, *, amount: str, key: UUID) -> None:
    """Once per key. Raises `Refused`."""
    _ask("POST", f"/api/v1/wallets/{wallet_id}/top-up", account, key=key, json={"amount": amount})


def send_money(account: Account, *, receiver_username: str, amount: str, currency: str, key: UUID) -> None:
    """Once per key. Raises `Refused`."""
    body = {"receiver_username": receiver_username, "amount": amount, "currency": currency}
    _ask("POST", "/transfer", account, key=key, json=body)


def _ask(method: str, path: str, account: Account, *, key: UUID | None = None, **content: Any) -> httpx2.Response:
    headers = {"Idempotency-Key": str(key)} if key else {}
    url = settings.PAYMENT_URL + path
    try:
        response = call("payment", method, url, access_token=account.access_token, headers=headers, **content)
        return accepted(response, is_signed_in=True)
    except (ServiceAway, Unreadable) as error:
        raise PaymentAway from error


def _read(model: type[Model], response: httpx2.Response) -> Model:
    try:
        return read(model, response)
    except Unreadable as error:
        raise PaymentAway from error


def _cursor(url: str | None) -> str | None:
    return parse_qs(urlsplit(url).query).get("cursor", [None])[0] if url else None
