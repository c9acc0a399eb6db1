"""The page that a browser gets for any failure, in plain words. Needs neither the session nor the database."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from product.clients.auth import AuthAway
from product.clients.payment import PaymentAway
from product.errors import answer
from product.orders.errors import EmailUnconfirmed
from servicekit.problems import Forbidden, Problem

_WORDS: dict[int, tuple[Promise, Promise]] = {
    HTTPStatus.FORBIDDEN: (
        _("That did not work"),
        _("The page you came from was too old, or cookies are switched off. Go back, reload it and try again."),
    ),
    HTTPStatus.NOT_FOUND: (
        _("There is nothing here"),
        _("The page may have moved, or the address has a slip in it."),
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
        _("That did not work"),
        _("What you have sent is too large."),
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: (
        _("Back in a moment"),
        _("A part of the shop does not answer right now. Nothing was lost; please try again."),
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: (
        _("Something went wrong on our side"),
        _("It has been noted. Please try again in a little while."),
    ),
}
_WORDS_BY_CODE: dict[str, tuple[Promise, Promise]] = {
    AuthAway.code: (
        _("Back in a moment"),
        _("Accounts do not answer right now. The rest of the shop works; please try again."),
    ),
    PaymentAway.code: (
        _("Back in a moment"),
        _("The wallet does not answer right now. The rest of the shop works; please try again."),
    ),
    EmailUnconfirmed.code: (
        _("One more step before you can buy"),
        _("Please confirm your e-mail address: open the link in the message that we have sent you, then come back."),
    ),
}
"""Where the status alone would say too little."""
_OTHER = (_("That did not work"), _("The shop could not make sense of this request."))


def error_page(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Rendered without the request on purpose: reading the session may be what failed."""
    by_status = _WORDS.get(problem.status, _OTHER if problem.status < 500 else _WORDS[500])
    title, message = _WORDS_BY_CODE.get(problem.code, by_status)
    context = {
        "status": problem.status,
        "title": title,
        "message": message,
        "again": request.get_full_path() if problem.status >= 500 and request.method == "GET" else None,
        "request_id": getattr(request, "request_id", None),
    }
    return HttpResponse(
        render_to_string("storefront/error.html", context), status=problem.status, headers=problem.headers
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Django's CSRF_FAILURE_VIEW: a form without its token, mostly one that lay open for long."""
    return answer(request, Forbidden())
