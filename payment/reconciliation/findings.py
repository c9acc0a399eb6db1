"""What may be found wrong. Codes are stable and meant for programs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypedDict
from uuid import UUID

from servicekit.money import format_amount

REASONS = {
    "unknown_order": "money was captured for an order that product does not know",
    "paid_without_capture": "the order is paid, and no payment captured its money",
    "captured_without_paid": "a payment captured the money, and the order is not paid",
    "amount_differs": "what was captured is not the order's total",
    "refunds_differ": "product knows of other refunds than payment made",
    "charge_on_closed_order": "the order is closed, and its money was not given back",
    "unanswered": "payment owes an answer about the order",
    "attempt_paid_twice": "one attempt to pay has several payments",
    "captured_twice": "the order's money was captured more than once",
    "refunded_too_often": "the order's closing was refunded more than once",
    "refund_sum_differs": "the refunds of a payment do not add up to what it says was refunded",
    "refunded_too_much": "more was refunded than captured",
    "capture_not_booked": "the ledger does not show what was captured",
    "refund_not_booked": "the ledger does not show what was refunded",
    "transaction_unbalanced": "the entries of a ledger transaction do not sum to zero",
    "wallet_differs": "the wallet's balance, or one in its history, is not the sum of its entries",
    "wallet_negative": "the wallet's balance is below zero",
    "stock_differs": "pieces on hand, reserved and sold are not what came in",
    "stock_negative": "there is a negative number of pieces",
    "reserved_differs": "the pieces reserved are not what pending orders hold",
    "sold_differs": "the pieces sold are not what paid orders took",
}
"""What each code means."""


Kind = Literal["order", "product", "transaction", "wallet"]


class Money(TypedDict):
    amount: str
    currency: str


Facts = Mapping[str, Money | str | int]
"""What was found, by the words for it: whoever shows it to people says them in their language."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: `code` is one of `REASONS`, `kind` and `name` say with what."""

    code: str
    kind: Kind
    name: str
    """An order's number, or an id."""
    facts: Facts
    order_id: UUID | None = None

    @property
    def subject(self) -> str:
        """ "order 2026-000123"."""
        return f"{self.kind} {self.name}"

    @property
    def detail(self) -> str:
        """The facts in English: "claimed 9.00 EUR, found 0.00 EUR"."""
        return ", ".join(f"{word.replace('_', ' ')} {_text(value)}" for word, value in self.facts.items())


def money(minor: int, currency: str) -> Money:
    return Money(amount=format_amount(minor, currency), currency=currency)


def _text(value: Money | str | int) -> str:
    return f"{value['amount']} {value['currency']}" if isinstance(value, dict) else str(value)
