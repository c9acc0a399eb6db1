"""Failures on their way out: whatever Django, DRF or PostgreSQL raise becomes a problem, and that an answer.

The API answers problem+json, pages show the storefront's error page.
"""

import sys
from collections.abc import Mapping
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import IntegrityError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from psycopg2.errorcodes import FOREIGN_KEY_VIOLATION
from rest_framework.exceptions import APIException, ParseError

from servicekit.problems import (
    CONTENT_TYPE,
    Conflict,
    Forbidden,
    Internal,
    Malformed,
    NotFound,
    PayloadTooLarge,
    Problem,
    Unavailable,
    problem_for_status,
)
from servicekit.revocations import RevocationsUnknown
from servicekit.tokens import KeysUnavailable

_TRANSLATIONS: tuple[tuple[type[Exception], type[Problem]], ...] = (
    (OperationalError, Unavailable),
    (InterfaceError, Unavailable),
    (KeysUnavailable, Unavailable),
    (RevocationsUnknown, Unavailable),
    (Http404, NotFound),
    (PermissionDenied, Forbidden),
    (RequestDataTooBig, PayloadTooLarge),
    (SuspiciousOperation, Malformed),
    (UnreadablePostError, Malformed),
)

_log = structlog.get_logger(__name__)


def problem_from(exception: BaseException | None) -> Problem | None:
    """The problem that a client is told of; None for a defect of ours."""
    if isinstance(exception, Problem):
        return exception
    if isinstance(exception, ParseError):
        return Malformed(str(exception.detail))
    if isinstance(exception, APIException):
        return problem_for_status(exception.status_code)
    if isinstance(exception, IntegrityError) and getattr(exception.__cause__, "pgcode", "") == FOREIGN_KEY_VIOLATION:
        return Conflict("What this refers to has been removed meanwhile")
    problem = next((problem() for kind, problem in _TRANSLATIONS if isinstance(exception, kind)), None)
    if isinstance(problem, Unavailable):
        _log.warning("dependency.away", error=type(exception).__name__, detail=str(exception).strip()[:200])
    return problem


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


def exception_handler(exception: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """DRF's hook. A defect is left to Django, which logs it and calls `internal_error`.

    Not rendered by DRF: what the client sent may be quoted, and DRF cannot encode lone surrogates.
    """
    problem = problem_from(exception)
    return None if problem is None else answer(context["request"]._request, problem)


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
    """`handler500`: called while the exception is being handled, a failure of a middleware included."""
    return answer(request, problem_from(sys.exc_info()[1]) or Internal())
