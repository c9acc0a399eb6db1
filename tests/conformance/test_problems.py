"""Whatever is wrong with a request, the answer is a problem: also for what the framework refuses by itself."""

import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from servicekit.http import MAX_BODY_BYTES
from tests.conformance.surface import Surface
from tests.problems import assert_problem
from tests.running_shop import RunningShop
from tests.shop_client import Visitor

Send = Callable[..., httpx2.Response]
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def send(people: dict[str, Visitor], service: str, surface: Surface) -> Send:
    """Calls the service's writing operation with the right token and whatever body and headers are given."""
    if surface.write is None:
        pytest.skip("takes no bodies yet")
    method, path, role = surface.write
    return lambda **request: people[role].call(method, service, path, **request)


@pytest.mark.parametrize("path", ["/no/such/path", "/api/v1/nothing", "/healthcheck/", "/%00", "/%ff", "/api/v1/../x"])
def test_404_for_what_is_not_there(shop: RunningShop, service: str, path: str) -> None:
    assert_problem(shop.visitor.get(service, path), 404, "not_found")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_405_names_the_methods_that_are_allowed(people: dict[str, Visitor], service: str, method: str) -> None:
    answer = people["customer"].call(method, service, "/healthcheck")

    assert_problem(answer, 405, "method_not_allowed")
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize("method", ["BREW", "PROPFIND", "TRACE"])
def test_a_made_up_method_is_refused(shop: RunningShop, service: str, surface: Surface, method: str) -> None:
    for path in ("/healthcheck", surface.private):
        answer = shop.visitor.call(method, service, path)
        assert answer.status_code in {401, 405, 501}, path
        assert_problem(answer, answer.status_code)


def test_401_without_a_token(shop: RunningShop, service: str, surface: Surface) -> None:
    assert_problem(shop.visitor.get(service, surface.private), 401)


@pytest.mark.parametrize("token", ["x", "a.b.c", "x" * 6000, "ünïcödé".encode().decode("latin-1")])
def test_401_with_a_token_that_is_none(shop: RunningShop, service: str, surface: Surface, token: str) -> None:
    headers = [(b"Authorization", b"Bearer " + token.encode("latin-1"))]

    answer = shop.visitor.http.get(shop.addresses.urls[service] + surface.private, headers=headers)

    assert_problem(answer, 401, "invalid_token")


@pytest.mark.parametrize("body", [b"{", b"[1, 2", b"nonsense", b'{"a": NaN}', b"\xff\xfe", b"{} trailing"])
def test_400_for_a_body_that_is_no_json(send: Send, body: bytes) -> None:
    assert_problem(send(content=body, headers=JSON), 400, "malformed_request")


def test_no_body_at_all_is_refused(send: Send) -> None:
    answer = send(content=b"", headers=JSON)

    assert answer.status_code in {400, 422}
    assert_problem(answer, answer.status_code)


@pytest.mark.parametrize("value", [[], "text", 7, None, True], ids=repr)
def test_422_for_json_that_is_no_object(send: Send, value: Any) -> None:
    assert_problem(send(content=json.dumps(value), headers=JSON), 422, "validation_failed")


def test_nesting_without_end_is_refused(send: Send) -> None:
    answer = send(content=b"[" * 100_000 + b"]" * 100_000, headers=JSON)

    assert answer.status_code in {400, 422}
    assert_problem(answer, answer.status_code)


def test_413_for_a_body_that_is_too_large(send: Send) -> None:
    body = json.dumps({"filler": "x" * MAX_BODY_BYTES})

    assert_problem(send(content=body, headers=JSON), 413, "payload_too_large")


def test_a_body_of_undeclared_length_is_read_like_any_other(send: Send) -> None:
    problem = assert_problem(send(content=iter([b'{"sur', b'prise": 1}']), headers=JSON), 422)

    assert "/surprise" in {error["pointer"] for error in problem["errors"]}


def test_413_for_a_body_that_is_too_large_and_does_not_say_so(send: Send) -> None:
    parts = (b"x" * 65_536 for _ in range(MAX_BODY_BYTES // 65_536 + 2))

    assert_problem(send(content=parts, headers=JSON), 413, "payload_too_large")


@pytest.mark.parametrize("media_type", ["text/plain", "application/xml", "application/octet-stream", "nonsense"])
def test_415_for_another_media_type(send: Send, media_type: str) -> None:
    answer = send(content=b'{"a": 1}', headers={"Content-Type": media_type})

    assert_problem(answer, 415, "unsupported_media_type")


def test_422_for_an_unknown_field_names_it(send: Send) -> None:
    problem = assert_problem(send(json={"surprise": 1}), 422, "validation_failed")

    assert "/surprise" in {error["pointer"] for error in problem["errors"]}


@pytest.mark.parametrize("character", ["\\u0000", "\\ud800", "\\udfff\\ud800"])
def test_422_for_text_that_cannot_be_stored(send: Send, character: str) -> None:
    body = f'{{"a{character}b": "a{character}b"}}'

    assert_problem(send(content=body, headers=JSON), 422, "validation_failed")


def test_a_field_given_twice_does_no_harm(send: Send) -> None:
    answer = send(content=b'{"surprise": 1, "surprise": 2}', headers=JSON)

    assert_problem(answer, 422)


@pytest.mark.parametrize("size", [9_000, 70_000])
def test_a_huge_header_is_refused_or_ignored(shop: RunningShop, service: str, size: int) -> None:
    answer = shop.visitor.call("GET", service, "/no/such/path", headers={"X-Filler": "x" * size})

    assert 400 <= answer.status_code < 500
    assert_problem(answer, answer.status_code)


def test_a_page_is_not_forced_upon_programs(shop: RunningShop, service: str) -> None:
    for accept in ("application/json", "*/*", "application/problem+json", "image/png"):
        answer = shop.visitor.call("GET", service, "/api/v1/nothing", headers={"Accept": accept})
        assert_problem(answer, 404)


def test_a_browser_gets_problems_from_the_api_too(shop: RunningShop, service: str, surface: Surface) -> None:
    answer = shop.visitor.call("GET", service, surface.private, headers={"Accept": "text/html,*/*;q=0.8"})

    assert_problem(answer, 401)
