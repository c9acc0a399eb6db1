"""How the shop is doing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from product.backoffice.access import staff_only
from servicekit.tokens import Principal


@require_safe
@staff_only
def today(request: HttpRequest, principal: Principal) -> HttpResponse:  # noqa: ARG001
    return render(request, "backoffice/today.html")
