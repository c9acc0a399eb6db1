"""What buyers see of their orders. The page of one order follows it by itself until nothing more happens soon."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from product.orders import queries
from product.orders.changes import allows
from product.orders.errors import OrderNotCancellable, OrderNotPayable
from product.orders.models import Order
from product.orders.services import cancel_order, request_payment_again
from product.orders.states import CANCELLATION_REQUESTED, CANCELLED, PAYMENT_REQUESTED, PaymentStatus, Status
from product.storefront import sessions
from product.storefront.lines import lines_of_order
from product.storefront.navigation import to_sign_in
from product.storefront.order_filters import ChosenOrders
from product.storefront.payment_methods import chosen_method, payment_choices
from product.storefront.signed_in import signed_in
from product.storefront.timeline import steps
from servicekit.principal import Principal
from servicekit.problems import ValidationFailed

_FRESH = timedelta(seconds=60)
_SLOW = timedelta(seconds=10)
_SELDOM_SECONDS = 15


@never_cache
@require_safe
def my_orders(request: HttpRequest) -> HttpResponse:
    principal = sessions.shopper(request)
    if principal is None:
        return to_sign_in(request, back_to=request.get_full_path())
    chosen = ChosenOrders.of(request.GET.dict())
    try:
        page = queries.list_orders(principal, chosen.wanted(user_id=principal.user_id), cursor=chosen.cursor or None)
    except ValidationFailed:
        return HttpResponseRedirect(request.path + chosen.href())
    prefetch_related_objects(page.items, "lines__product__images")
    context = {
        "orders": page.items,
        "chosen": chosen,
        "previous_href": page.previous_cursor and chosen.href(cursor=page.previous_cursor),
        "next_href": page.next_cursor and chosen.href(cursor=page.next_cursor),
    }
    return render(request, "storefront/orders.html", context)


@never_cache
@require_safe
def order(request: HttpRequest, order_id: UUID) -> HttpResponse:
    principal = sessions.shopper(request)
    if principal is None:
        return to_sign_in(request, back_to=request.path)
    found = queries.get_order(principal, order_id)
    context = _progress(request, principal, found) | {"lines": lines_of_order(found)}
    return render(request, "storefront/order.html", context)


@never_cache
@require_safe
def order_progress(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """The moving part alone, for htmx. 204, which leaves the page alone, while it is as the page has `seen` it."""
    principal = sessions.shopper(request)
    if principal is None:
        return to_sign_in(request, back_to=reverse("storefront:order", args=[order_id]))
    found = queries.get_order(principal, order_id)
    if request.GET.get("seen") == _mark(found):
        return HttpResponse(status=204)
    return render(request, "storefront/parts/order_update.html", _progress(request, principal, found))


@require_POST
@signed_in
def pay_again(request: HttpRequest, principal: Principal, order_id: UUID) -> HttpResponse:
    """Another attempt, by the chosen method. A second click finds the first at work, and changes nothing."""
    try:
        chosen = chosen_method(request.POST, otherwise="") or None
        request_payment_again(order_id=order_id, principal=principal, payment_method=chosen)
    except OrderNotPayable:
        messages.info(request, _("This order does not wait to be paid."))
    return HttpResponseRedirect(reverse("storefront:order", args=[order_id]))


@require_POST
@signed_in
def cancel(request: HttpRequest, principal: Principal, order_id: UUID) -> HttpResponse:
    try:
        cancel_order(order_id=order_id, principal=principal)
    except OrderNotCancellable:
        messages.info(request, _("This order can no longer be cancelled."))
    return HttpResponseRedirect(reverse("storefront:order", args=[order_id]))


def _progress(request: HttpRequest, principal: Principal, order: Order) -> dict[str, object]:
    refresh_seconds = _refresh_seconds(order)
    can_be_paid = allows(order, PAYMENT_REQUESTED) and order.payment_deadline > timezone.now()
    return {
        "order": order,
        "timeline": steps(order, queries.order_timeline(principal, order.pk)),
        "refresh_seconds": refresh_seconds,
        "is_awaited": refresh_seconds not in (None, _SELDOM_SECONDS),
        "is_slow": _is_slow(order),
        "can_be_cancelled": allows(order, CANCELLED) or allows(order, CANCELLATION_REQUESTED),
        "can_be_paid": can_be_paid,
        "payment_choices": payment_choices(request, order.payment_method) if can_be_paid else [],
        "seen": _mark(order),
        "order_url": reverse("storefront:order", args=[order.pk]),
    }


def _refresh_seconds(order: Order) -> int | None:
    """How often to look again; None when nothing more will happen.

    A payment takes a moment. One that takes longer waits for a server to come back, and there is no hurry. What waits
    for people, to pay again or to ship, is looked at now and then.
    """
    if order.payment_status == PaymentStatus.REFUND_PENDING or _is_being_paid(order):
        return 1 if timezone.now() - order.updated_at < _FRESH else 5
    return _SELDOM_SECONDS if order.status in (Status.PENDING, Status.CONFIRMED) else None


def _mark(order: Order) -> str:
    """Changes with whatever the moving part shows, and with how often it asks."""
    return f"{order.version}-{_refresh_seconds(order)}-{_is_slow(order)}"


def _is_slow(order: Order) -> bool:
    """Whether the payment takes so long that its buyer may wonder: a server is away, say."""
    return _is_being_paid(order) and timezone.now() - order.updated_at > _SLOW


def _is_being_paid(order: Order) -> bool:
    return order.status == Status.PENDING and order.payment_status == PaymentStatus.UNPAID
