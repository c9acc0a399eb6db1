"""What an error answer must look like (RFC 9457), in every service and for every cause."""

import re
from typing import Any

import httpx2

_INTERNALS = re.compile(r"Traceback|psycopg|asyncpg|sqlalchemy|site-packages|\.py\b|SELECT |INSERT ", re.IGNORECASE)


def assert_problem(response: httpx2.Response, status: int, code: str | None = None) -> dict[str, Any]:
    """The answer is this problem, complete and without internals. Returns its body."""
    assert response.status_code == status, f"{response.status_code} {response.text}"
    assert response.headers["Content-Type"].partition(";")[0] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert {"type", "title", "status", "code", "request_id"} <= body.keys(), body
    assert body["status"] == status
    assert body["title"]
    assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", body["code"]), body["code"]
    assert body["request_id"] == response.headers["X-Request-ID"]
    assert not _INTERNALS.search(response.text), response.text
    if code is not None:
        assert body["code"] == code, body
    if status == 401:
        assert response.headers["WWW-Authenticate"].startswith("Bearer")
    if status == 503:
        assert int(response.headers["Retry-After"]) > 0
    return body


def assert_invalid(response: httpx2.Response, *pointers: str) -> None:
    """A validation problem that names exactly these places: JSON pointers into the body, or parameters."""
    body = assert_problem(response, 422)
    named = {error["pointer"] for error in body["errors"]}
    assert named == set(pointers), body
    assert all(error["message"] for error in body["errors"])
