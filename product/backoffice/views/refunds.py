"""Giving money back: an order is found by its number, and payment is asked on the member of staff's behalf."""

from typing import NamedTuple
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from product.backoffice.access import staff_only
from product.backoffice.forms import RefundForm
from product.backoffice.log import log_act
from product.backoffice.refusals import told
from product.clients import refunds as payment
from product.clients.payment import PaymentAway
from product.clients.refunds import Refund, RefundRefused
from product.orders import queries
from product.orders.errors import OrderNotFound
from product.orders.models import Order
from product.orders.queries import OrderFilter
from product.orders.states import PaymentStatus
from product.storefront import sessions
from servicekit.principal import Principal

_REFRESH_SECONDS = 3


class Row(NamedTuple):
    refund: Refund
    order: Order | None


@require_safe
@staff_only
def refunds(request: HttpRequest, principal: Principal) -> HttpResponse:
    order = _found(request.GET.get("order", ""), principal)
    return _page(request, order, RefundForm() if order else None)


@require_POST
@staff_only
def refund(request: HttpRequest, principal: Principal, order_id: UUID) -> HttpResponse:
    """However often the button is pressed, the form's key is used up by the first."""
    order, form = queries.get_order(principal, order_id), RefundForm(request.POST)
    if form.is_valid() and _ask(request, order, form):
        if amount := form.cleaned_data["amount"]:
            log_act(principal, order, gettext_noop("Refund: %(amount)s."), amount=amount)
        else:
            log_act(principal, order, gettext_noop("Refund of all that is left."))
        messages.success(request, _("The refund is on its way. It is done when the list below says so."))
        return HttpResponseRedirect(f"{reverse('backoffice:refunds')}?{urlencode({'order': order.number})}")
    return _page(request, order, form, status=422)


def _ask(request: HttpRequest, order: Order, form: RefundForm) -> bool:
    amount, key = form.cleaned_data["amount"], form.cleaned_data["key"]
    try:
        payment.refund_order(
            order_id=order.pk, amount=amount or None, key=key, access_token=sessions.access_token(request)
        )
    except RefundRefused as refusal:
        form.add_error("amount", told(refusal))
    except PaymentAway as refusal:
        form.add_error(None, told(refusal))
    return form.is_valid()


def _found(text: str, principal: Principal) -> Order | None:
    """By number or id."""
    wanted = text.replace("\x00", "").strip()
    if not wanted:
        return None
    by_number = queries.list_orders(principal, OrderFilter(number=wanted), limit=1).items
    try:
        return by_number[0] if by_number else queries.get_order(principal, UUID(wanted))
    except (ValueError, OrderNotFound):
        return None


def _page(request: HttpRequest, order: Order | None, form: RefundForm | None, *, status: int = 200) -> HttpResponse:
    latest = _latest(request)
    context = {
        "wanted": order.number if order else request.GET.get("order", "").strip()[:100],
        "order": order,
        "form": form,
        "is_refundable": order is not None and order.payment_status == PaymentStatus.PAID,
        "left_minor": order and order.total_minor - order.refunded_minor,
        "rows": latest,
        "refresh_seconds": _REFRESH_SECONDS if any(row.refund.status == "pending" for row in latest or []) else None,
    }
    return render(request, "backoffice/refunds.html", context, status=status)


def _latest(request: HttpRequest) -> list[Row] | None:
    """None while payment is away: the orders are here."""
    try:
        found = payment.list_refunds(access_token=sessions.access_token(request))
    except PaymentAway:
        return None
    orders = Order.objects.in_bulk([refund.order_id for refund in found])
    return [Row(refund, orders.get(refund.order_id)) for refund in found]
