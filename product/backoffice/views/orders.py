"""Orders to ship, and those on their way: each is moved on by one click, and says what became of it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from product.backoffice.access import staff_only
from product.backoffice.forms import ShipForm
from product.backoffice.log import log_act
from product.orders import queries
from product.orders.changes import allows
from product.orders.figures import orders_on_their_way, orders_to_ship
from product.orders.models import Order
from product.orders.services import deliver_order, ship_order
from product.orders.states import DELIVERED, SHIPPED
from product.pagination import keyset_page
from servicekit.principal import Principal
from servicekit.problems import Conflict, ValidationFailed

_PAGE_SIZE = 20
_STAGES = {"to_ship": (_("To ship"), orders_to_ship), "on_the_way": (_("On their way"), orders_on_their_way)}


@require_safe
@staff_only
def orders(request: HttpRequest, principal: Principal) -> HttpResponse:  # noqa: ARG001
    """The oldest first."""
    stage = request.GET.get("stage") if request.GET.get("stage") in _STAGES else "to_ship"
    wanted = _STAGES[stage or ""][1]()
    try:
        page = keyset_page(wanted, ordering="id", cursor=request.GET.get("cursor"), limit=_PAGE_SIZE)
    except ValidationFailed:
        return HttpResponseRedirect(f"{request.path}?stage={stage}")
    prefetch_related_objects(page.items, "lines__product__images")
    context = {
        "rows": [_row(order) for order in page.items],
        "stage": stage,
        "stages": [(name, words, name == stage) for name, (words, _orders) in _STAGES.items()],
        "previous_href": page.previous_cursor and f"?stage={stage}&cursor={page.previous_cursor}",
        "next_href": page.next_cursor and f"?stage={stage}&cursor={page.next_cursor}",
    }
    return render(request, "backoffice/orders.html", context)


@require_POST
@staff_only
def ship(request: HttpRequest, principal: Principal, order_id: UUID) -> HttpResponse:
    form = ShipForm(request.POST)
    if not form.is_valid():
        order = queries.get_order(principal, order_id)
        return _answer(request, order, _("The carrier or the number is too long."), is_done=False)
    return _move(request, principal, order_id, ship_order, gettext_noop("Shipped."), **form.cleaned_data)


@require_POST
@staff_only
def deliver(request: HttpRequest, principal: Principal, order_id: UUID) -> HttpResponse:
    return _move(request, principal, order_id, deliver_order, gettext_noop("Delivered."))


def _move(
    request: HttpRequest,
    principal: Principal,
    order_id: UUID,
    move: Callable[..., Order],
    done: str,
    **details: str,
) -> HttpResponse:
    """One move by its use case. A click on an old page tells what the order's state is now."""
    try:
        move(order_id=order_id, principal=principal, **details)
    except Conflict:
        order = queries.get_order(principal, order_id)
        return _answer(
            request, order, _("Nothing was done: somebody was quicker. This is how it is now."), is_done=False
        )
    order = queries.get_order(principal, order_id)
    log_act(principal, order, done)
    return _answer(request, order, gettext(done), is_done=True)


def _answer(request: HttpRequest, order: Order, words: str | Promise, *, is_done: bool) -> HttpResponse:
    """The row as it is now, for htmx; the whole list for a browser without it."""
    if request.headers.get("HX-Request"):
        prefetch_related_objects([order], "lines__product__images")
        context = _row(order) | {"result": words, "is_done": is_done}
        return render(request, "backoffice/parts/order.html", {"row": context})
    tell = messages.success if is_done else messages.error
    tell(request, f"{order.number}: {words}")
    return HttpResponseRedirect(f"{reverse('backoffice:orders')}?stage={request.POST.get('stage', 'to_ship')}")


def _row(order: Order) -> dict[str, Any]:
    return {
        "order": order,
        "ship_form": ShipForm(auto_id=f"ship-{order.pk}-%s") if allows(order, SHIPPED) else None,
        "can_be_delivered": allows(order, DELIVERED),
    }
