"""Pages that only somebody who is signed in can see."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.cache import never_cache

from product.clients.accounts import Account
from product.clients.refusals import SessionEnded
from product.storefront import sessions
from product.storefront.navigation import to_sign_in
from servicekit.principal import Principal

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
PersonalPage = Callable[Concatenate[HttpRequest, Principal, P], HttpResponseBase]


def signed_in(page: PersonalPage[P], *, home: str = "storefront:profile") -> Page[P]:
    """Gives the page its reader. Others are sent to sign in and come back, or to `home` after a form."""

    @never_cache
    @wraps(page)
    def view(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        principal = sessions.shopper(request)
        if principal is None:
            return to_sign_in(request, back_to=_way_back(request, home))
        try:
            return page(request, principal, *args, **kwargs)
        except SessionEnded:
            sessions.end(request)
            return to_sign_in(request, back_to=_way_back(request, home))

    return view


def account_of(request: HttpRequest, principal: Principal) -> Account:
    return Account(principal.user_id, sessions.access_token(request))


def _way_back(request: HttpRequest, home: str) -> str:
    """A form that was sent is not sent again, and a part of a page is no page."""
    is_page = request.method == "GET" and not request.headers.get("HX-Request")
    return request.get_full_path() if is_page else reverse(home)
