"""Whether a body can be read at all: its media type, and that it is JSON. Its values are the schemas' affair."""

import json
from collections.abc import Callable, Coroutine
from typing import Any, NoReturn

from fastapi import params
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from servicekit.problems import Malformed, UnsupportedMediaType

_FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")


class CheckedBodyRoute(APIRoute):
    """Answers 415 to another media type and 400 to what is not JSON, where FastAPI would call it an invalid value."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        if self.body_field is None:
            return handle
        check = _check_form if isinstance(self.body_field.field_info, params.Form) else _check_json

        async def check_and_handle(request: Request) -> Response:
            await check(request)
            return await handle(request)

        return check_and_handle


async def _check_form(request: Request) -> None:
    """Raises `UnsupportedMediaType`. A request without any body lacks the fields of the form, and may say nothing."""
    if _media_type(request) not in (*_FORM_TYPES, ""):
        raise UnsupportedMediaType


async def _check_json(request: Request) -> None:
    """Raises `Malformed` and `UnsupportedMediaType`. The body is kept by the request, and parsed again from there."""
    try:
        body = await request.body()
    except ClientDisconnect as error:
        raise Malformed from error
    if not body:
        raise Malformed("The body is empty")
    if _media_type(request) != "application/json":
        raise UnsupportedMediaType
    try:
        json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Malformed("The body is not valid JSON") from error


def _refuse_constant(name: str) -> NoReturn:
    """Python reads NaN and Infinity, which JSON does not have."""
    raise ValueError(name)


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()
