"""What staff can do to an order from the back office: the words, the details it takes, and the use case behind it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from django import forms
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from product.backoffice.forms import RefundForm, ShipForm
from product.clients import refunds
from product.orders import services
from product.orders.changes import allows
from product.orders.models import Order
from product.orders.states import CANCELLATION_REQUESTED, CANCELLED, DELIVERED, SHIPPED, PaymentStatus
from product.storefront import sessions
from servicekit.principal import Principal

_REFUNDS = UUID("0192f1a4-7f0e-7c55-9f5e-6a2f4f0c8d11")
"""Names the keys of refunds that were asked for from the list: an order is refunded in full there, and once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One thing to do. `do` raises `Problem` where the order's state does not allow it."""

    label: Promise
    done: str
    """English, marked for translation."""
    do: Callable[..., Any]
    """Takes request, principal, the values of the form by name, and the order last."""
    is_offered: Callable[[Order], bool]
    """Whether the order's page shows it. Only the use case decides."""
    form: type[forms.Form] = forms.Form
    is_grave: bool = False


def _cancel(_request: HttpRequest, principal: Principal, order: Order) -> None:
    services.cancel_order(order_id=order.pk, principal=principal)


def _ship(_request: HttpRequest, principal: Principal, order: Order, *, carrier: str = "", tracking: str = "") -> None:
    services.ship_order(order_id=order.pk, principal=principal, carrier=carrier, tracking=tracking)


def _deliver(_request: HttpRequest, principal: Principal, order: Order) -> None:
    services.deliver_order(order_id=order.pk, principal=principal)


def _refund(
    request: HttpRequest, _principal: Principal, order: Order, *, amount: str = "", key: UUID | None = None
) -> None:
    refunds.refund_order(
        order_id=order.pk,
        amount=amount or None,
        key=key or uuid5(_REFUNDS, str(order.pk)),
        access_token=sessions.access_token(request),
    )


ACTS: dict[str, Act] = {
    "ship": Act(
        label=_("Ship"),
        done=gettext_noop("Shipped."),
        do=_ship,
        is_offered=lambda order: allows(order, SHIPPED),
        form=ShipForm,
    ),
    "deliver": Act(
        label=_("Mark as delivered"),
        done=gettext_noop("Delivered."),
        do=_deliver,
        is_offered=lambda order: allows(order, DELIVERED),
    ),
    "cancel": Act(
        label=_("Cancel order"),
        done=gettext_noop("Cancelled; what was paid goes back."),
        do=_cancel,
        is_offered=lambda order: allows(order, CANCELLED) or allows(order, CANCELLATION_REQUESTED),
        is_grave=True,
    ),
    "refund": Act(
        label=_("Refund"),
        done=gettext_noop("Refund asked of payment; its answer follows in the timeline."),
        do=_refund,
        is_offered=lambda order: order.payment_status == PaymentStatus.PAID,
        form=RefundForm,
        is_grave=True,
    ),
}


def act_forms(order: Order) -> list[dict[str, Any]]:
    """For the order's page: the acts that its state allows."""
    return [
        {"name": name, "label": act.label, "is_grave": act.is_grave, "form": act.form(auto_id=False)}
        for name, act in ACTS.items()
        if act.is_offered(order)
    ]
