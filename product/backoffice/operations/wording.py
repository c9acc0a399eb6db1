"""Codes of the machinery in plain words: why a message is parked, what the reconciliation found, what happened."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from product.storefront.wording import Wording

_REASONS = {
    "not_json": _("The body is not JSON"),
    "unknown_type": _("No contract knows this type of event"),
    "unexpected_type": _("This type of event does not belong on this queue"),
    "schema_violation": _("The body breaks the contract of its type"),
    "invalid_amount": _("The amount cannot be right"),
    "id_reused": _("Another message with this id was processed before"),
    "processing_failed": _("The service made a mistake with it"),
    "dead_lettered": _("Its consumer failed on it again and again"),
}

_FINDINGS = {
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

EVENT_TYPES: dict[str, Wording] = {
    "placed": Wording(_("Order placed"), "neutral"),
    "payment_requested": Wording(_("Payment asked for again"), "wait"),
    "paid": Wording(_("Paid"), "good"),
    "payment_failed": Wording(_("Payment declined"), "bad"),
    "shipped": Wording(_("Shipped"), "good"),
    "delivered": Wording(_("Delivered"), "good"),
    "cancellation_requested": Wording(_("Cancellation asked for"), "wait"),
    "cancelled": Wording(_("Cancelled"), "neutral"),
    "expired": Wording(_("Expired unpaid"), "neutral"),
    "payment_voided": Wording(_("Payment voided"), "neutral"),
    "paid_late": Wording(_("Paid after closing"), "wait"),
    "refund_requested": Wording(_("Refund asked for"), "wait"),
    "refunded_in_part": Wording(_("Refunded in part"), "neutral"),
    "refunded": Wording(_("Refunded"), "neutral"),
    "stale": Wording(_("Message without effect"), "wait"),
}
"""By the words of orders/states.py, in the order of an order's life."""


def reason_text(code: str) -> str | Promise:
    """Why a message is parked."""
    return _REASONS.get(code, code)


def finding_text(code: str, meaning: str) -> str | Promise:
    """What the reconciliation found; in payment's own words where we have none."""
    return _FINDINGS.get(code, meaning)


def event_wording(event_type: str) -> Wording:
    """What has happened to an order; in the machinery's own word where there is none yet."""
    return EVENT_TYPES.get(event_type, Wording(event_type, "neutral"))
