"""Where a visitor goes next: to the sign-in page and back to where they were, within this shop only."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect


def safe_next(request: HttpRequest) -> str:
    """The path in the form's or URL's `next`, or the front page when it is absent or leads anywhere else than here."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    is_own_path = target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return target if is_own_path else reverse("storefront:catalogue")


def to_sign_in(request: HttpRequest, *, back_to: str) -> HttpResponse:
    """Send the visitor to the sign-in page, which returns them to `back_to`, a path of this shop."""
    url = f"{reverse('storefront:sign-in')}?{urlencode({'next': back_to})}"
    # A fragment that htmx fetched would swallow a plain redirect and show the sign-in page inside the page.
    return HttpResponseClientRedirect(url) if request.headers.get("HX-Request") else HttpResponseRedirect(url)
