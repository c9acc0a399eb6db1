"""What surrounds every request: its observation, the last resort for unexpected errors, and the limit on its body."""

import asyncio
import re
import time

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from auth.errors import ProblemResponse
from servicekit.http import BROWSER_HEADERS, MAX_BODY_BYTES, RequestScope, reading_seconds
from servicekit.problems import Internal, Malformed, PayloadTooLarge, RequestTimeout

_UPLOADS = re.compile(r"/api/v1/users/[^/]+/avatar")
_FORM_BYTES = 65_536

_log = structlog.get_logger(__name__)


class ObserveRequests:
    """Outermost: gives the request its id, trace, log lines and metric, and answers what nobody foresaw with a 500."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        observed = RequestScope(scope["method"], scope["path"], Headers(scope=scope))
        scope.setdefault("state", {})["request_id"] = observed.request_id
        status: int | None = None

        async def send_observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = observed.request_id
                headers.update(BROWSER_HEADERS)
            await send(message)

        try:
            await self._app(scope, receive, send_observed)
        except Exception:
            _log.exception("http.failed")
            if status is not None:
                raise  # Half an answer is out: all that is left is to break the connection.
            await ProblemResponse(Internal(), Request(scope))(scope, receive, send_observed)
        finally:
            observed.finish(getattr(scope.get("route"), "path_format", None), status or 500)


class LimitBody:
    """Refuses a body of more than `MAX_BODY_BYTES`: at once when its length is declared, while reading it otherwise.
    And one that takes too long to come, or whose length is ambiguous.

    Where a picture is uploaded, its `upload_bytes` and the form around it are taken.
    """

    def __init__(self, app: ASGIApp, upload_bytes: int) -> None:
        self._app = app
        self._upload_limit = upload_bytes + _FORM_BYTES

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if "transfer-encoding" in headers and "content-length" in headers:
            # Where the body ends is a matter of taste then, and what is behind it may pass for a request of somebody's.
            problem = Malformed("A length and chunks exclude one another", headers={"Connection": "close"})
            await ProblemResponse(problem, Request(scope))(scope, receive, send)
            return
        limit = self._upload_limit if _UPLOADS.fullmatch(scope["path"]) else MAX_BODY_BYTES
        declared = headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > limit:
            await ProblemResponse(PayloadTooLarge(), Request(scope))(scope, receive, send)
            return
        received, is_complete, started = 0, False, time.monotonic()

        async def receive_limited() -> Message:
            nonlocal received, is_complete
            if is_complete:  # what comes now is the end of the connection, whenever that is
                return await receive()
            try:
                async with asyncio.timeout(started + reading_seconds(received) - time.monotonic()):
                    message = await receive()
            except TimeoutError:
                raise HTTPException(RequestTimeout.status, headers={"Connection": "close"}) from None
            is_complete = not message.get("more_body", False)
            received += len(message.get("body", b""))
            if received > limit:
                # FastAPI turns any other error while reading the body into a 400.
                raise HTTPException(PayloadTooLarge.status)
            return message

        await self._app(scope, receive_limited, send)
