"""How the shop is doing: today by the hour, the last thirty days, and what waits for somebody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from product.backoffice.access import staff_only
from product.backoffice.course import day_so_far, last_days
from product.backoffice.views.stock import FEW
from product.catalogue.low_stock import low_stock
from product.orders.figures import orders_to_ship
from servicekit.principal import Principal

_COUNTED_AT_MOST = 1000


@require_safe
@staff_only
def today(request: HttpRequest, principal: Principal) -> HttpResponse:  # noqa: ARG001
    now = timezone.now()
    context = {
        "now": now,
        "day": day_so_far(now),
        "month": last_days(now),
        "to_ship": orders_to_ship()[: _COUNTED_AT_MOST + 1].count(),
        "low_stock": low_stock(at_most=FEW)[: _COUNTED_AT_MOST + 1].count(),
        "counted_at_most": _COUNTED_AT_MOST,
        "few": FEW,
    }
    return render(request, "backoffice/today.html", context)
