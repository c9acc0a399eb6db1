"""An order's states, failures and money in plain words; states with the tone in which they are shown."""

from typing import Literal, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from product.orders.models import Order
from product.orders.states import FulfillmentStatus, PaymentStatus, Status
from product.storefront import formats

Tone = Literal["good", "wait", "bad", "neutral"]


class Wording(NamedTuple):
    text: str | Promise
    tone: Tone


STATUS = {
    Status.PENDING: Wording(_("Placed"), "wait"),
    Status.CONFIRMED: Wording(_("Confirmed"), "good"),
    Status.COMPLETED: Wording(_("Completed"), "good"),
    Status.CANCELLING: Wording(_("Being cancelled"), "wait"),
    Status.CANCELLED: Wording(_("Cancelled"), "neutral"),
    Status.EXPIRED: Wording(_("Expired"), "neutral"),
}
PAYMENT_STATUS = {
    PaymentStatus.UNPAID: Wording(_("Waiting for payment"), "wait"),
    PaymentStatus.PAID: Wording(_("Paid"), "good"),
    PaymentStatus.FAILED: Wording(_("Payment declined"), "bad"),
    PaymentStatus.REFUND_PENDING: Wording(_("Refund on its way"), "wait"),
    PaymentStatus.REFUNDED: Wording(_("Refunded"), "neutral"),
}
FULFILLMENT_STATUS = {
    FulfillmentStatus.UNFULFILLED: Wording(_("Not shipped yet"), "neutral"),
    FulfillmentStatus.SHIPPED: Wording(_("On its way"), "good"),
    FulfillmentStatus.DELIVERED: Wording(_("Delivered"), "good"),
}

_NOT_PAID = Wording(_("Not paid"), "neutral")
_NOTHING_TO_SHIP = Wording(_("Not shipped"), "neutral")
_CLOSED = (Status.CANCELLED, Status.EXPIRED)

_FAILURES = {
    "insufficient_funds": _("There is not enough money in your wallet for this order."),
    "currency_mismatch": _("You have no wallet in the currency of this order."),
    "wallet_frozen": _("Your wallet is frozen, so nothing can be paid from it."),
    "payment_method_unavailable": _("This way to pay is not available at the moment."),
    "card_declined": _("Your card was declined."),
    "provider_unavailable": _("The card could not be reached, so nothing was charged. Please try again later."),
    "order_closed": _("The order was closed before the payment could be made."),
}
_CARD_FAILURES = _FAILURES | {"insufficient_funds": _("There is not enough money on your card for this order.")}
_UNKNOWN_FAILURE = _("The payment was not accepted.")


class OrderWording(NamedTuple):
    """The three states of one order, as they make sense together."""

    status: Wording
    payment: Wording
    delivery: Wording

    @classmethod
    def of(cls, order: Order) -> "OrderWording":
        is_closed = order.status in _CLOSED
        is_open_payment = order.payment_status in (PaymentStatus.UNPAID, PaymentStatus.FAILED)
        return cls(
            STATUS[Status(order.status)],
            _NOT_PAID if is_closed and is_open_payment else PAYMENT_STATUS[PaymentStatus(order.payment_status)],
            _NOTHING_TO_SHIP if is_closed else FULFILLMENT_STATUS[FulfillmentStatus(order.fulfillment_status)],
        )

    @property
    def badge(self) -> Wording:
        """One of the three for lists: the payment until it is made, then the order and its delivery."""
        if self.status in (STATUS[Status.CONFIRMED], STATUS[Status.COMPLETED]):
            shipped = self.delivery != FULFILLMENT_STATUS[FulfillmentStatus.UNFULFILLED]
            return self.delivery if shipped else self.payment
        return self.payment if self.status == STATUS[Status.PENDING] else self.status


def failure_text(code: str, *, method: str) -> str | Promise:
    """Why a payment by this method was declined, for the buyer."""
    return (_FAILURES if method == "wallet" else _CARD_FAILURES).get(code, _UNKNOWN_FAILURE)


class MoneyWording(NamedTuple):
    """Where the money of an order comes from, and where it goes back to: the wallet, or a card."""

    paid: str | Promise
    goes_back: str | Promise
    is_back: str | Promise
    part_is_back: str | Promise
    """With `amount` and `total`."""

    @classmethod
    def of(cls, order: Order) -> "MoneyWording":
        return cls.of_method(order.payment_method_name)

    @classmethod
    def of_method(cls, method: str) -> "MoneyWording":
        return _WALLET if method == "wallet" else _CARD


_WALLET = MoneyWording(
    _("Paid from your wallet"),
    _("What you paid goes back to your wallet."),
    _("The money is back in your wallet."),
    _("%(amount)s of %(total)s is back in your wallet."),
)
_CARD = MoneyWording(
    _("Paid by card"),
    _("What you paid goes back to your card."),
    _("The money is back on your card."),
    _("%(amount)s of %(total)s is back on your card."),
)


def refund_text(order: Order) -> str | Promise:
    """How much of the order's money was given back, and where; empty when none was."""
    words = MoneyWording.of(order)
    if 0 < order.refunded_minor < order.total_minor:
        amounts = (formats.money(minor, order.currency) for minor in (order.refunded_minor, order.total_minor))
        return str(words.part_is_back) % dict(zip(("amount", "total"), amounts, strict=True))
    return words.is_back if order.refunded_minor else ""


def shipping_text(carrier: str, tracking: str) -> str:
    """Who brings it, by which number, as far as staff has said so."""
    if carrier and tracking:
        return gettext("%(carrier)s, tracking number %(tracking)s") % {"carrier": carrier, "tracking": tracking}
    return carrier or (gettext("Tracking number %(tracking)s") % {"tracking": tracking} if tracking else "")
