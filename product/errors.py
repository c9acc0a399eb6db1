"""Failures on their way out: whatever Django, DRF or PostgreSQL raise becomes a problem, and that an answer.

The API answers problem+json, pages show the storefront's error page.
"""

import sys
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse

from servicekit.problems import (
    CONTENT_TYPE,
    Forbidden,
    Internal,
    Malformed,
    NotFound,
    PayloadTooLarge,
    Problem,
    Unavailable,
)
from servicekit.tokens import KeysUnavailable

_DATABASE_AWAY = (OperationalError, InterfaceError)
_TRANSLATIONS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], type[Problem]], ...] = (
    (_DATABASE_AWAY, Unavailable),
    (KeysUnavailable, Unavailable),
    (Http404, NotFound),
    (PermissionDenied, Forbidden),
    (RequestDataTooBig, PayloadTooLarge),
    (SuspiciousOperation, Malformed),
)


def problem_from(exception: Exception) -> Problem | None:
    """The problem that a client is told of; None for a defect of ours."""
    if isinstance(exception, Problem):
        return exception
    return next((problem() for kind, problem in _TRANSLATIONS if isinstance(exception, kind)), None)


def wants_page(request: HttpRequest) -> bool:
    """Whether a person with a browser asks, outside the API."""
    return not request.path.startswith("/api/") and "text/html" in request.headers.get("Accept", "")


def answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Render a problem for whoever asked."""
    from product.storefront.views.errors import error_page  # noqa: PLC0415  (its templates need the URLs, which need us)

    if wants_page(request):
        return error_page(request, problem)
    return JsonResponse(
        problem.body(getattr(request, "request_id", None)),
        status=problem.status,
        headers=problem.headers,
        content_type=CONTENT_TYPE,
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """`handler400`."""
    return answer(request, problem_from(exception) or Malformed())


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """`handler404`."""
    return answer(request, NotFound())


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """`handler403`."""
    return answer(request, Forbidden())


def internal_error(request: HttpRequest) -> HttpResponse:
    """`handler500`: called while the exception is being handled."""
    exception: Any = sys.exc_info()[1]
    return answer(request, problem_from(exception) or Internal())
