"""Every failure as problem+json: our own errors, the framework's, and their description in OpenAPI."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import Match, Route

from servicekit.problems import (
    CONTENT_TYPE,
    FieldError,
    Malformed,
    MethodNotAllowed,
    PayloadTooLarge,
    Problem,
    UnsupportedMediaType,
    ValidationFailed,
    problem_for_status,
)

UNUSABLE_BODY = (Malformed, PayloadTooLarge, UnsupportedMediaType, ValidationFailed)
"""What every endpoint that takes a body may answer."""

_MOST_ERRORS_SHOWN = 20
_LONGEST_POINTER = 200


class ProblemResponse(JSONResponse):
    """A problem on the wire. ASCII only: what the client sent may be quoted, and may not be encodable."""

    media_type = CONTENT_TYPE

    def __init__(self, problem: Problem, request: Request) -> None:
        super().__init__(problem.body(request.state.request_id), status_code=problem.status, headers=problem.headers)

    def render(self, content: Any) -> bytes:
        return json.dumps(content).encode("ascii")


def problem_responses(*problems: type[Problem]) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that may answer with these problems."""
    codes: dict[int, list[str]] = {}
    for problem in problems:
        codes.setdefault(problem.status, []).append(f"`{problem.code}`")
    content = {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": ", ".join(codes[status]), "content": content} for status in sorted(codes)}


def install_error_handlers(app: FastAPI) -> None:
    """Translate what endpoints and the framework raise. What nobody expected is the middleware's."""
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(HTTPException, _on_framework_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_values)


async def _on_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return ProblemResponse(error, request)


async def _on_framework_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    headers = error.headers
    if error.status_code == MethodNotAllowed.status:
        headers = {**(headers or {}), "Allow": _allowed_methods(request)}
    return ProblemResponse(problem_for_status(error.status_code, headers), request)


def _allowed_methods(request: Request) -> str:
    """Of all routes with this path: Starlette names those of the first one only."""
    routes = (context.original_route for context in iter_route_contexts(request.app.routes))
    methods = {
        method
        for route in routes
        if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE
        for method in route.methods or ()
    }
    return ", ".join(sorted(methods))


async def _on_invalid_values(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = error.errors()[:_MOST_ERRORS_SHOWN]
    return ProblemResponse(ValidationFailed([_field_error(fault) for fault in faults]), request)


def _field_error(fault: Mapping[str, Any]) -> FieldError:
    source, *path = fault["loc"]
    pointer = _json_pointer(path) if source == "body" else ".".join(str(part) for part in path)
    return {"pointer": pointer[:_LONGEST_POINTER], "message": str(fault["msg"]).removeprefix("Value error, ")}


def _json_pointer(path: Sequence[object]) -> str:
    """RFC 6901."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)
