"""Every failure as problem+json: our own errors, the framework's, and their description in OpenAPI."""

import json
from collections.abc import Sequence
from typing import Any

import structlog
from apiflask import APIFlask
from apiflask.exceptions import HTTPError
from flask import Response
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

from payment.observation import request_id
from servicekit.problems import (
    CONTENT_TYPE,
    FieldError,
    Internal,
    Problem,
    ValidationFailed,
    problem_for_status,
)

_MOST_ERRORS_SHOWN = 20
_LONGEST_POINTER = 200

_log = structlog.get_logger(__name__)


def problem_responses(*problems: type[Problem]) -> Any:
    """The `responses` of an endpoint that may answer with these problems."""
    codes: dict[int, list[str]] = {}
    for problem in problems:
        codes.setdefault(problem.status, []).append(f"`{problem.code}`")
    content = {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": ", ".join(codes[status]), "content": content} for status in sorted(codes)}


def install_error_handlers(app: APIFlask) -> None:
    """Translate what endpoints, APIFlask, Flask and defects raise."""
    app.register_error_handler(Problem, _answer)
    app.register_error_handler(HTTPError, _on_refused_input)
    app.register_error_handler(HTTPException, _on_framework_error)
    app.register_error_handler(Exception, _on_defect)


def _answer(problem: Problem) -> Response:
    """A problem on the wire. ASCII only: what the client sent may be quoted, and may not be encodable."""
    body = json.dumps(problem.body(request_id()))
    return Response(body, problem.status, problem.headers, content_type=CONTENT_TYPE)


def _on_refused_input(error: HTTPError) -> Response:
    """APIFlask's own: values that do not fit their model, or its `abort`."""
    if isinstance(error.__cause__, ValidationError):
        location = next(iter(error.detail))
        faults = error.__cause__.errors()[:_MOST_ERRORS_SHOWN]
        return _answer(ValidationFailed([_field_error(location, fault["loc"], fault["msg"]) for fault in faults]))
    return _answer(problem_for_status(error.status_code))


def _on_framework_error(error: HTTPException) -> Response:
    headers = {name: value for name, value in error.get_headers() if name != "Content-Type"}
    return _answer(problem_for_status(error.code or Internal.status, headers))


def _on_defect(_error: Exception) -> Response:
    _log.exception("http.failed")
    return _answer(Internal())


def _field_error(location: str, path: Sequence[int | str], message: str) -> FieldError:
    """A JSON pointer (RFC 6901) into a body; for a parameter its name."""
    if location == "json":
        pointer = "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)
    else:
        pointer = ".".join(str(part) for part in path)
    return {"pointer": pointer[:_LONGEST_POINTER], "message": message.removeprefix("Value error, ")}
