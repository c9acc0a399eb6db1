"""Every failure is a problem, the framework's own included."""

from typing import Any
from uuid import UUID

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from payment.app import create_app
from payment.settings import get_settings
from tests.payment.factories import bearer, verifier

MEMBERS = {"type", "title", "status", "code", "request_id"}


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not_found"),
        ("GET", "/api/v1/payments/", 404, "not_found"),
        ("GET", "/api//v1/payments", 404, "not_found"),
        ("GET", "/api/v1/payments/7", 404, "not_found"),
        ("GET", "/docs/assets/nothing.js", 404, "not_found"),
        ("GET", f"/api/v1/payments/{UUID(int=7)}", 404, "payment_not_found"),
        ("POST", "/api/v1/payments", 405, "method_not_allowed"),
        ("BREW", "/api/v1/payments", 405, "method_not_allowed"),
        ("GET", "/api/v1/payments?limit=-1", 422, "validation_failed"),
    ],
)
def test_has_the_form_of_a_problem(client: FlaskClient, method: str, path: str, status: int, code: str) -> None:
    answer = client.open(path, method=method, headers=bearer() | {"X-Request-ID": "mine"})

    body = answer.get_json()
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert body.keys() >= MEMBERS
    assert (body["status"], body["code"], body["request_id"]) == (status, code, "mine")
    assert answer.headers["X-Request-ID"] == "mine"


def test_says_which_methods_are_allowed(client: FlaskClient) -> None:
    assert "GET" in client.post("/api/v1/payments").headers["Allow"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Basic YTpi"},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer a.b.c"},
        {"Authorization": "Bearer key=value"},
        bearer(exp=1),
        bearer(aud="elsewhere"),
        bearer(iss="somebody"),
        bearer(role="owner"),
    ],
)
def test_every_fault_of_a_token_gets_the_same_answer(client: FlaskClient, headers: dict[str, str]) -> None:
    answer = client.get("/api/v1/payments", headers=headers)

    assert (answer.status_code, answer.get_json()["code"]) == (401, "invalid_token")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.get_json().keys() == MEMBERS


def test_without_any_key_of_auth_a_token_cannot_be_checked() -> None:
    client = create_app(get_settings()).test_client()  # nobody listens at PAYMENT_AUTH_URL

    answer = client.get("/api/v1/payments", headers=bearer())

    assert (answer.status_code, answer.get_json()["code"]) == (503, "signing_keys_unavailable")
    assert int(answer.headers["Retry-After"]) > 0


@pytest.fixture
def defective_app(_environment: None) -> APIFlask:
    app = create_app(get_settings(), verifier=verifier)

    @app.get("/defect")
    def fail() -> Any:
        raise RuntimeError("secret details")

    return app


def test_a_defect_shows_no_internals(defective_app: APIFlask) -> None:
    answer = defective_app.test_client().get("/defect")

    assert (answer.status_code, answer.get_json()["code"]) == (500, "internal_error")
    assert answer.content_type == "application/problem+json"
    assert b"secret" not in answer.data
