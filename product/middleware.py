"""Around every request: its observation, and the translation of failures that no view has answered."""

import re
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.urls import resolve
from django.urls.resolvers import ResolverMatch

from product import errors
from servicekit.http import MAX_BODY_BYTES, RequestScope
from servicekit.patience import REQUEST_SECONDS, waiting_at_most
from servicekit.problems import MethodNotAllowed, PayloadTooLarge

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class ObservationMiddleware:
    """Request id, trace, log context, access line, metric, and a limit on waits. Outermost: it sees every answer."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        scope = RequestScope(request.method or "", request.path, request.headers)
        request.request_id = scope.request_id  # type: ignore[attr-defined]
        with waiting_at_most(REQUEST_SECONDS):
            response = self.get_response(request)
        response.headers["X-Request-ID"] = scope.request_id
        scope.finish(_route_template(request.resolver_match), response.status_code)
        return response


class ProblemMiddleware:
    """Answers what goes wrong outside DRF's views, and refuses bodies that are too large before reading them."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if _content_length(request) > MAX_BODY_BYTES and _content_length(request) > _most_bytes(request):
            return errors.answer(request, PayloadTooLarge())
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed):
            return errors.answer(request, MethodNotAllowed(headers={"Allow": response.headers["Allow"]}))
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        problem = errors.problem_from(exception)
        return None if problem is None else errors.answer(request, problem)


def _content_length(request: HttpRequest) -> int:
    value = request.headers.get("Content-Length", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 20 else 0


def _most_bytes(request: HttpRequest) -> int:
    """Views that take files name their limit as `max_body_bytes`. For those the length must be declared beforehand."""
    if "Transfer-Encoding" in request.headers:
        return MAX_BODY_BYTES
    try:
        view = resolve(request.path_info).func
    except Http404:
        return MAX_BODY_BYTES
    most: int = getattr(getattr(view, "cls", view), "max_body_bytes", MAX_BODY_BYTES)
    return most


def _route_template(match: ResolverMatch | None) -> str | None:
    """Django's "api/v1/orders/<uuid:order_id>" as "/api/v1/orders/{order_id}"."""
    return None if match is None else "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", match.route)
