"""What the reconciliation found, in the reader's language: what is wrong, with what, and the facts."""

from collections.abc import Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from product.clients.operations import Finding, Money
from product.orders.states import PaymentStatus, Status
from product.storefront import formats
from product.storefront.wording import PAYMENT_STATUS, STATUS
from servicekit.money import InvalidAmount, parse_amount

_MEANINGS = {
    "unknown_order": _("Money was captured for an order that the shop does not know"),
    "paid_without_capture": _("The order is paid, and no payment captured its money"),
    "captured_without_paid": _("A payment captured the money, and the order is not paid"),
    "amount_differs": _("What was captured is not the order's total"),
    "refunds_differ": _("The shop knows of other refunds than payment made"),
    "charge_on_closed_order": _("The order is closed, and its money was not given back"),
    "unanswered": _("Payment owes an answer about the order"),
    "attempt_paid_twice": _("One attempt to pay has several payments"),
    "captured_twice": _("The order's money was captured more than once"),
    "refunded_too_often": _("The order's closing was refunded more than once"),
    "refund_sum_differs": _("The refunds of a payment do not add up to what it says was refunded"),
    "refunded_too_much": _("More was refunded than captured"),
    "capture_not_booked": _("The ledger does not show what was captured"),
    "refund_not_booked": _("The ledger does not show what was refunded"),
    "transaction_unbalanced": _("The entries of a ledger transaction do not sum to zero"),
    "wallet_differs": _("A wallet's balance is not the sum of its entries"),
    "wallet_negative": _("A wallet's balance is below zero"),
    "stock_differs": _("Pieces on hand, reserved and sold are not what came in"),
    "stock_negative": _("There is a negative number of pieces"),
    "reserved_differs": _("The pieces reserved are not what pending orders hold"),
    "sold_differs": _("The pieces sold are not what paid orders took"),
}

_KINDS = {
    "order": _("Order %(name)s"),
    "product": _("Product %(name)s"),
    "transaction": _("Ledger transaction %(name)s"),
    "wallet": _("Wallet %(name)s"),
}

_FACTS = {
    "status": _("Status"),
    "payment_status": _("Payment"),
    "total": _("Total"),
    "captured": _("Captured"),
    "kept": _("Of that kept"),
    "claimed": _("Claimed"),
    "found": _("Found"),
    "refunded": _("Refunded"),
    "too_many": _("Too many"),
    "captures": _("Captures"),
    "refunds": _("Refunds"),
    "on_hand": _("On hand"),
    "reserved": _("Reserved"),
    "sold": _("Sold"),
    "came_in": _("Came in"),
    "held": _("Held by orders"),
    "taken": _("Taken by orders"),
    "balance": _("Balance"),
    "sum": _("Sum of the entries"),
    "wrong_entries": _("Wrong entries"),
}


def meaning(finding: Finding) -> str | Promise:
    """In payment's own words where we have none yet."""
    return _MEANINGS.get(finding.code, finding.meaning)


def subject(finding: Finding) -> str:
    words = _KINDS.get(finding.kind or "")
    return str(words) % {"name": finding.name} if words else finding.subject


def detail(finding: Finding) -> str:
    """Payment's own English for facts that have no words here, or came without parts."""
    if not finding.facts or not finding.facts.keys() <= _FACTS.keys():
        return finding.detail
    return " · ".join(_facts(finding))


def _facts(finding: Finding) -> Iterator[str]:
    for name, words in _FACTS.items():
        if name in finding.facts:
            yield gettext("%(fact)s: %(value)s") % {"fact": words, "value": _value(name, finding.facts[name])}


def _value(name: str, value: Money | int | str) -> str:
    if isinstance(value, Money):
        return _money(value)
    text = str(value)
    if name == "status" and text in Status:
        return str(STATUS[Status(text)].text)
    if name == "payment_status" and text in PaymentStatus:
        return str(PAYMENT_STATUS[PaymentStatus(text)].text)
    return text


def _money(value: Money) -> str:
    """A sum that is wrong may be one that no order could have."""
    try:
        return formats.money(parse_amount(value.amount, value.currency), value.currency)
    except InvalidAmount:
        return f"{value.amount} {value.currency}"
