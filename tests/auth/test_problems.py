"""Every failure is a problem document (RFC 9457) that says nothing of the inside."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
import structlog
from fastapi import FastAPI
from fastapi.routing import APIRoute

from auth.main import create_app
from auth.request_bodies import CheckedBodyRoute
from auth.settings import Settings
from servicekit.http import MAX_BODY_BYTES
from tests.auth.factories import registration

JSON = {"Content-Type": "application/json"}
TWO_LENGTHS = JSON | {"Content-Length": "2", "Transfer-Encoding": "chunked"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TOO_MUCH = b'"' + b"x" * MAX_BODY_BYTES + b'"'


async def in_chunks(body: bytes) -> AsyncIterator[bytes]:
    """A body whose length is not declared."""
    for start in range(0, len(body), 65_536):
        yield body[start : start + 65_536]


@pytest.mark.parametrize(
    ("request_line", "parts", "status", "code"),
    [
        ("GET /nowhere", {}, 404, "not_found"),
        ("GET /healthcheck/", {}, 404, "not_found"),
        ("GET /docs/assets/nothing.js", {}, 404, "not_found"),
        ("GET /register", {}, 405, "method_not_allowed"),
        ("DELETE /token", {}, 405, "method_not_allowed"),
        ("BREW /", {}, 405, "method_not_allowed"),
        ("POST /register", {"content": b"{", "headers": JSON}, 400, "malformed_request"),
        ("POST /register", {"content": b"\xff", "headers": JSON}, 400, "malformed_request"),
        ("POST /register", {"content": b"[" * 100_000, "headers": JSON}, 400, "malformed_request"),
        ("POST /register", {"content": b"1" * 5_000, "headers": JSON}, 400, "malformed_request"),
        ("POST /register", {"content": b"<x/>", "headers": {"Content-Type": "text/xml"}}, 415, None),
        ("POST /register", {"content": b"{}", "headers": TWO_LENGTHS}, 400, "malformed_request"),
        ("POST /register", {"content": b"{}"}, 415, "unsupported_media_type"),
        ("POST /register", {"data": registration()}, 415, "unsupported_media_type"),
        ("POST /token", {"json": {"grant_type": "password"}}, 415, "unsupported_media_type"),
        ("POST /token", {"content": b"x", "headers": {"Content-Type": "multipart/form-data"}}, 400, None),
        ("POST /token", {"files": {"username": b"x"}}, 422, "validation_failed"),
        ("POST /register", {}, 400, "malformed_request"),
        ("POST /register", {"content": b"", "headers": JSON}, 400, "malformed_request"),
        ("POST /register", {"content": b'{"first_name": NaN}', "headers": JSON}, 400, "malformed_request"),
        ("POST /register", {"content": b"null", "headers": JSON}, 422, "validation_failed"),
        ("POST /register", {"json": []}, 422, "validation_failed"),
        ("POST /register", {"content": b'{"\\ud800": 1}', "headers": JSON}, 422, "validation_failed"),
        ("POST /token", {}, 422, "validation_failed"),
        ("POST /register", {"content": TOO_MUCH, "headers": JSON}, 413, "payload_too_large"),
        ("POST /register", {"content": in_chunks(TOO_MUCH), "headers": JSON}, 413, "payload_too_large"),
        ("POST /token", {"content": in_chunks(TOO_MUCH), "headers": FORM}, 413, "payload_too_large"),
        ("POST /verify", {}, 401, "invalid_token"),
        ("GET /api/v1/users/me", {"headers": {"Authorization": "Basic eDp5"}}, 401, "invalid_token"),
        ("GET /api/v1/operations/outbox", {}, 401, "invalid_token"),
    ],
)
async def test_a_failure_has_a_status_a_code_and_the_request_id(
    client: httpx2.AsyncClient, request_line: str, parts: dict[str, Any], status: int, code: str | None
) -> None:
    method, path = request_line.split()
    answer = await client.request(method, path, **parts)

    problem = answer.json()
    assert answer.status_code == problem["status"] == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert problem["code"] == code or code is None
    assert problem["type"] == f"urn:storefront:problem:{problem['code']}"
    assert problem["title"]
    assert problem["request_id"] == answer.headers["X-Request-ID"]


async def test_a_405_names_the_method_that_is_allowed(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/token")

    assert answer.headers["Allow"] == "POST"


async def test_quotes_of_a_hostile_body_are_bounded(client: httpx2.AsyncClient) -> None:
    hostile = {f"{number}-{'x' * 10_000}": 1 for number in range(90)}

    answer = await client.post("/register", json=hostile)

    assert answer.status_code == 422
    assert len(answer.content) < 10_000


async def test_a_pointer_is_escaped_as_json_pointers_are(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/register", json=registration() | {"a/b~c": 1})

    assert [error["pointer"] for error in answer.json()["errors"]] == ["/a~1b~0c"]


@pytest.mark.parametrize("request_id", ["checkout-42", "01a1fabc-6b20-75ab-8eea-be6cfe26a129"])
async def test_a_reasonable_request_id_is_echoed(client: httpx2.AsyncClient, request_id: str) -> None:
    answer = await client.get("/nowhere", headers={"X-Request-ID": request_id})

    assert answer.headers["X-Request-ID"] == answer.json()["request_id"] == request_id


@pytest.mark.parametrize("request_id", ["", "two words", "x" * 129, '"quoted"'])
async def test_an_unreasonable_request_id_is_replaced(client: httpx2.AsyncClient, request_id: str) -> None:
    answer = await client.get("/healthcheck", headers={"X-Request-ID": request_id})

    assert answer.headers["X-Request-ID"] not in ("", request_id)


@pytest.fixture
async def faulty_client(settings: Settings) -> AsyncIterator[httpx2.AsyncClient]:
    """An app with a defect in one endpoint."""
    app: FastAPI = create_app(settings)

    @app.get("/faulty")
    async def faulty() -> None:
        raise ZeroDivisionError("the password is hunter2")

    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://auth") as client:
        yield client


async def test_a_defect_shows_nothing_outside_and_is_logged_once(faulty_client: httpx2.AsyncClient) -> None:
    with structlog.testing.capture_logs() as logs:
        answer = await faulty_client.get("/faulty", headers={"X-Request-ID": "defect-1"})

    assert answer.status_code == 500
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json() == {
        "type": "urn:storefront:problem:internal_error",
        "title": "Something went wrong on our side",
        "status": 500,
        "code": "internal_error",
        "request_id": "defect-1",
    }
    assert [log["event"] for log in logs] == ["http.failed", "http.answered"]


def test_every_endpoint_with_a_body_checks_that_it_can_be_read(app: FastAPI) -> None:
    routers = [included.original_router for included in app.routes if hasattr(included, "original_router")]
    routes = [route for router in routers for route in router.routes]
    with_body = [route for route in routes if isinstance(route, APIRoute) and route.body_field]

    assert with_body
    assert [route.path for route in with_body if not isinstance(route, CheckedBodyRoute)] == []
