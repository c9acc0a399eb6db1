"""Noting whose device a request comes from, for the services that are called in answering it."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from servicekit.visitors import Visitor, serving, visitor_address

_LONGEST_USER_AGENT = 500


class VisitorMiddleware:
    """`X-Forwarded-For` is believed as far as trusted proxies have written it, and no further."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._trusted = settings.ENVIRONMENT.trusted_networks

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        address = visitor_address(
            request.META.get("REMOTE_ADDR", ""),
            forwarded_for=request.headers.get("X-Forwarded-For", ""),
            trusted=self._trusted,
        )
        with serving(Visitor(address, request.headers.get("User-Agent", "")[:_LONGEST_USER_AGENT])):
            return self.get_response(request)
