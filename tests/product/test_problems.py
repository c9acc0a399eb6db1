"""Whatever goes wrong, the answer is a problem that says what, and no more."""

from typing import Any

import pytest

from product.orders import queries
from servicekit.http import MAX_BODY_BYTES
from servicekit.ids import new_id
from tests.problems import assert_invalid, assert_problem
from tests.product.api import Api


@pytest.mark.parametrize("path", ["/nothing", "/api", "/api/v1/nothing", "/api/v1/orders/", "/api/v1/orders/1"])
def test_an_unknown_address(api: Api, path: str) -> None:
    assert_problem(api.get(path), 404, "not_found")


def test_the_api_speaks_json_to_browsers_too(api: Api) -> None:
    assert_problem(api.get("/api/v1/nothing", headers={"Accept": "text/html"}), 404, "not_found")
    assert api.get("/api/v1/products", headers={"Accept": "text/html"}).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("put", "/api/v1/orders"),
        ("delete", "/api/v1/products"),
        ("post", "/"),
        ("post", "/health"),
        ("options", "/docs"),
    ],
)
def test_a_method_that_is_not_allowed(customer_api: Api, method: str, path: str) -> None:
    response = getattr(customer_api, method)(path)

    assert_problem(response, 405, "method_not_allowed")
    assert "GET" in response.headers["Allow"]


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "application/x-www-form-urlencoded", ""])
def test_a_body_of_another_type(customer_api: Api, content_type: str) -> None:
    response = customer_api.generic("POST", "/api/v1/orders", b"lines=1", content_type=content_type)

    assert_problem(response, 415, "unsupported_media_type")


@pytest.mark.parametrize(
    "body",
    [b"{", b"\xff", b'{"lines": NaN}', b"[" * 100_000, b'{"lines": ' + b"9" * 5000 + b"}", b'"\\ud800'],
    ids=["open", "no utf-8", "not a number", "deep", "huge number", "half a string"],
)
def test_a_body_that_is_not_json(customer_api: Api, body: bytes) -> None:
    response = customer_api.generic("POST", "/api/v1/orders", body, content_type="application/json")

    assert_problem(response, 400, "malformed_request")


@pytest.mark.parametrize("body", [b"", b"[]", b"1", b"null", b'"x"'])
def test_a_body_that_is_not_an_object(customer_api: Api, body: bytes) -> None:
    response = customer_api.generic("POST", "/api/v1/orders", body, content_type="application/json")

    assert_problem(response, 422, "validation_failed")


def test_a_body_that_is_too_large(customer_api: Api) -> None:
    body = b'{"lines": "' + b"x" * MAX_BODY_BYTES + b'"}'

    response = customer_api.generic("POST", "/api/v1/orders", body, content_type="application/json")

    assert_problem(response, 413, "payload_too_large")


def test_an_unknown_host(api: Api) -> None:
    assert_problem(api.get("/api/v1/products", headers={"Host": "evil.example"}), 400, "malformed_request")


def test_a_defect_of_ours(customer_api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: Any, **_options: Any) -> None:
        raise RuntimeError("a secret detail")

    monkeypatch.setattr(queries, "get_order", fail)

    response = customer_api.get(f"/api/v1/orders/{new_id()}")

    assert "secret" not in response.text
    assert_problem(response, 500, "internal_error")


def test_the_callers_request_id_is_kept(api: Api) -> None:
    response = api.get("/api/v1/nothing", headers={"X-Request-ID": "from-the-caller"})

    assert assert_problem(response, 404)["request_id"] == "from-the-caller"


@pytest.mark.parametrize("request_id", ["", "x" * 129, "new\tline"])
def test_an_unreasonable_request_id_is_replaced(api: Api, request_id: str) -> None:
    response = api.get("/healthcheck", headers={"X-Request-ID": request_id})

    assert response.headers["X-Request-ID"] not in {"", request_id}


def test_every_fault_of_a_nested_body_is_pointed_at(customer_api: Api) -> None:
    lines = [{"product_id": "x", "quantity": 0}, {"product_id": str(new_id()), "quantity": 1, "price/unit": "0"}]

    assert_invalid(
        customer_api.post("/api/v1/orders", {"lines": lines}),
        "/lines/0/product_id",
        "/lines/0/quantity",
        "/lines/1/price~1unit",
    )
