"""An order's history as its buyer reads it: what happened, and what comes next."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from product.orders.models import Order, OrderEvent
from product.orders.states import FulfillmentStatus, PaymentStatus, Status
from product.storefront import formats
from product.storefront.wording import MoneyWording, failure_text, shipping_text
from servicekit.money import parse_amount

Tone = Literal["done", "bad", "next", "next waiting"]


class Step(NamedTuple):
    text: str | Promise
    tone: Tone = "done"
    detail: str | Promise = ""
    at: datetime | None = None
    """None for what has not happened yet."""


_HAPPENED: dict[str, str | Promise] = {
    "placed": _("You placed the order"),
    "payment_requested": _("You asked to pay again"),
    "payment_failed": _("The payment was declined"),
    "shipped": _("Handed to the carrier"),
    "delivered": _("Delivered"),
    "cancellation_requested": _("Cancelled; your money is being sent back"),
    "cancelled": _("Cancelled; the pieces are free again"),
    "expired": _("Not paid in time, so the order has expired"),
    "payment_voided": _("Nothing was charged"),
    "paid_late": _("The payment came after the order was closed"),
    "refund_requested": _("Your money is being sent back"),
    "refunded_in_part": _("A part of your money is back"),
    "refunded": _("Your money is back"),
}
"""By the words of orders/states.py. `paid` depends on the order; what is for staff has no words here."""


_SHIPPING = Step(_("We pack and ship it"), "next")
_ARRIVAL = Step(_("It arrives at your door"), "next")


def steps(order: Order, events: Iterable[OrderEvent]) -> list[Step]:
    """The history, oldest first, and the steps to come: as many, while all goes well, as will have happened then."""
    happened, method = [], order.payment_method_name
    for event in events:
        method = event.detail.get("payment_method", method)  # each attempt may have its own
        if step := _happened(event, method=method):
            happened.append(step)
    return [*happened, *_to_come(order)]


def _happened(event: OrderEvent, *, method: str) -> Step | None:
    if event.type == "paid":
        return Step(MoneyWording.of_method(method).paid, at=event.occurred_at)
    text = _HAPPENED.get(event.type)
    if text is None:
        return None
    tone: Tone = "bad" if event.type == "payment_failed" else "done"
    return Step(text, tone, _detail(event, method=method), event.occurred_at)


def _detail(event: OrderEvent, *, method: str) -> str | Promise:
    told = event.detail
    if event.type == "payment_failed":
        return failure_text(told.get("code", ""), method=method)
    if event.type == "refunded_in_part":
        return formats.money(parse_amount(told["amount"], told["currency"]), told["currency"])
    if event.type == "shipped":
        return shipping_text(told.get("carrier", ""), told.get("tracking", ""))
    return ""


def _to_come(order: Order) -> list[Step]:
    if order.payment_status == PaymentStatus.REFUND_PENDING:
        return [Step(_("Waiting for the refund"), "next waiting")]
    if order.status == Status.PENDING and order.payment_status == PaymentStatus.UNPAID:
        return [Step(_("Waiting for the payment"), "next waiting"), _SHIPPING, _ARRIVAL]
    if order.status != Status.CONFIRMED:
        return []
    return [_SHIPPING, _ARRIVAL] if order.fulfillment_status == FulfillmentStatus.UNFULFILLED else [_ARRIVAL]
