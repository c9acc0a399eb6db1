"""Failures as classes with a stable code and a status, and their form on the wire: RFC 9457 problem+json.

Services derive their own errors from these, named as the fact (`OutOfStock(Conflict)`); each service's `errors.py`
translates whatever its framework raises.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, TypedDict

CONTENT_TYPE = "application/problem+json"


class FieldError(TypedDict):
    """One invalid value. `pointer` is a JSON pointer into the body ("/lines/0/quantity") or names a parameter."""

    pointer: str
    message: str


class Problem(Exception):
    """A failure that a client is told of. `detail` and `extensions` are part of the answer: no internals in them."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    title: ClassVar[str] = "Something went wrong on our side"

    def __init__(
        self, detail: str | None = None, *, headers: Mapping[str, str] | None = None, **extensions: Any
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.headers = dict(headers or {})
        self.extensions = extensions

    def body(self, request_id: str | None) -> dict[str, Any]:
        """The JSON object of the answer."""
        body: dict[str, Any] = {
            "type": f"urn:storefront:problem:{self.code}",
            "title": self.title,
            "status": self.status,
        }
        if self.detail is not None:
            body["detail"] = self.detail
        return body | {"code": self.code, "request_id": request_id} | self.extensions


class Malformed(Problem):
    status = 400
    code = "malformed_request"
    title = "The request could not be understood"


class Unauthenticated(Problem):
    """One body for every cause, so that it tells an attacker nothing."""

    status = 401
    code = "invalid_token"
    title = "A valid access token is required"

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail, headers={"WWW-Authenticate": "Bearer"})


class Forbidden(Problem):
    status = 403
    code = "forbidden"
    title = "Your role does not allow this"


class NotFound(Problem):
    status = 404
    code = "not_found"
    title = "There is nothing here"


class MethodNotAllowed(Problem):
    status = 405
    code = "method_not_allowed"
    title = "This method is not allowed here"


class NotAcceptable(Problem):
    status = 406
    code = "not_acceptable"
    title = "None of the acceptable formats is available"


class RequestTimeout(Problem):
    """The client has begun a request and does not come to its end."""

    status = 408
    code = "request_timeout"
    title = "The request did not arrive in time"


class Conflict(Problem):
    status = 409
    code = "conflict"
    title = "The state of the resource does not allow this"


class PayloadTooLarge(Problem):
    status = 413
    code = "payload_too_large"
    title = "The request body is too large"


class UnsupportedMediaType(Problem):
    status = 415
    code = "unsupported_media_type"
    title = "The request body has an unsupported media type"


class ValidationFailed(Problem):
    status = 422
    code = "validation_failed"
    title = "Some values are not valid"

    def __init__(self, errors: Sequence[FieldError], detail: str | None = None) -> None:
        super().__init__(detail, errors=list(errors))


class TooManyRequests(Problem):
    status = 429
    code = "too_many_requests"
    title = "Too many requests"

    def __init__(self, retry_after_seconds: int, detail: str | None = None) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after_seconds)})


class Internal(Problem):
    """The answer to a defect. Carries no detail, ever."""


class Unavailable(Problem):
    """A dependency is away; nothing was changed, trying again later is right."""

    status = 503
    code = "unavailable"
    title = "The service is not available at the moment"

    def __init__(self, detail: str | None = None, *, retry_after_seconds: int = 5) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after_seconds)})


_BY_STATUS: dict[int, type[Problem]] = {
    problem.status: problem
    for problem in (
        Malformed, Forbidden, NotFound, MethodNotAllowed, NotAcceptable, RequestTimeout, Conflict, PayloadTooLarge,
        UnsupportedMediaType, Internal,
    )
}  # fmt: skip


def problem_for_status(status: int, headers: Mapping[str, str] | None = None) -> Problem:
    """The problem for a failure that the framework itself raised, such as its 404 or 405.

    A status without a class of its own becomes `Malformed` (4xx) or `Internal` (5xx).
    """
    if status == Unauthenticated.status:
        return Unauthenticated()
    if status == Unavailable.status:
        return Unavailable()
    fallback = Malformed if status < 500 else Internal
    return _BY_STATUS.get(status, fallback)(headers=headers)
