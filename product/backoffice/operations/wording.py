"""Codes of the machinery in plain words: why a message is parked, what happened to an order, and by whom."""

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


_CAUSES = {
    "customer": _("the buyer"),
    "staff": _("staff"),
    "clock": _("the clock"),
    "user.deleted": _("the account was deleted"),
}
_CANCELLATIONS = {
    "customer": _("the buyer"),
    "staff": _("staff"),
    "expired": _("the payment deadline"),
    "user_deleted": _("the account was deleted"),
}


def reason_text(code: str) -> str | Promise:
    """Why a message is parked."""
    return _REASONS.get(code, code)


def event_wording(event_type: str) -> Wording:
    """What has happened to an order; in the machinery's own word where there is none yet."""
    return EVENT_TYPES.get(event_type, Wording(event_type, "neutral"))


def cancellation_text(reason: str) -> str | Promise:
    return _CANCELLATIONS.get(reason, reason)


def cause_text(cause: str) -> str | Promise:
    """Who or what made it happen; an event of another service by its type."""
    return _CAUSES.get(cause, cause)
