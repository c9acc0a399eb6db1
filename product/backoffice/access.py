"""Who may see the pages of the back office: staff and admins, by the word of the token, asked at every request."""

from functools import wraps

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from product.storefront.signed_in import P, Page, PersonalPage, signed_in
from servicekit.principal import Principal

_HOME = "backoffice:today"


def staff_only(page: PersonalPage[P]) -> Page[P]:
    """Gives the page its reader. Guests are sent to sign in and come back; customers are turned away."""

    @wraps(page)
    def for_staff(request: HttpRequest, principal: Principal, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not principal.is_staff:
            return render(request, "backoffice/refused.html", {"back_to": reverse(_HOME)}, status=403)
        return page(request, principal, *args, **kwargs)

    view = signed_in(for_staff, home=_HOME)
    view.is_for_staff = True  # type: ignore[attr-defined]  # a test looks for it on every route
    return view
