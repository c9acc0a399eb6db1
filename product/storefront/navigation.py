"""Where a visitor goes next: by the menu, or to the sign-in page and back to where they were, within this shop only."""

from typing import NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django_htmx.http import HttpResponseClientRedirect

_ACCOUNT_MENU = (
    ("orders", _("My orders"), "box"),
    ("wallet", _("Wallet"), "wallet"),
    ("profile", _("Account"), "gear"),
)


class MenuLink(NamedTuple):
    name: str | Promise
    href: str
    icon: str
    """Its template."""
    is_current: bool


def account_links(path: str) -> list[MenuLink]:
    """What the menu of somebody who is signed in offers; the page at `path` is marked."""
    return [
        MenuLink(name, href := reverse(f"storefront:{page}"), f"storefront/icons/{icon}.svg", path.startswith(href))
        for page, name, icon in _ACCOUNT_MENU
    ]


def asked_next(request: HttpRequest) -> str:
    """The path in the form's or URL's `next`; empty when it is absent or leads anywhere else than here."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    return target if target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None) else ""


def safe_next(request: HttpRequest) -> str:
    """The same, or the front page."""
    return asked_next(request) or reverse("storefront:home")


def to_sign_in(request: HttpRequest, *, back_to: str) -> HttpResponse:
    """Send the visitor to the sign-in page, which returns them to `back_to`, a path of this shop."""
    url = f"{reverse('storefront:sign-in')}?{urlencode({'next': back_to})}"
    return to_page(request, url)


def to_page(request: HttpRequest, url: str) -> HttpResponse:
    """Send the whole page there: htmx would follow a plain redirect and show its end inside the page."""
    return HttpResponseClientRedirect(url) if request.headers.get("HX-Request") else HttpResponseRedirect(url)
