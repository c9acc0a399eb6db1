"""Who may see the pages of the back office: staff and admins, by the word of the token, asked at every request."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from product.clients.refusals import SessionEnded
from product.storefront import sessions
from product.storefront.navigation import to_sign_in
from servicekit.tokens import Principal

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
StaffPage = Callable[Concatenate[HttpRequest, Principal, P], HttpResponseBase]


def staff_only(page: StaffPage[P]) -> Page[P]:
    """Gives the page its reader. Guests are sent to sign in and come back; customers are turned away."""

    @never_cache
    @wraps(page)
    def view(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        principal = sessions.shopper(request)
        if principal is None:
            return to_sign_in(request, back_to=_way_back(request))
        if not principal.is_staff:
            return render(request, "backoffice/refused.html", {"back_to": reverse("backoffice:today")}, status=403)
        try:
            return page(request, principal, *args, **kwargs)
        except SessionEnded:
            sessions.end(request)
            return to_sign_in(request, back_to=_way_back(request))

    view.is_for_staff = True  # type: ignore[attr-defined]  # a test looks for it on every route
    return view


def _way_back(request: HttpRequest) -> str:
    """A form that was sent is not sent again, and a part of a page is no page."""
    is_page = request.method == "GET" and not request.headers.get("HX-Request")
    return request.get_full_path() if is_page else reverse("backoffice:today")
