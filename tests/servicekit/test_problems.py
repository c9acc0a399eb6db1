"""Failures on the wire: RFC 9457 bodies with a stable code, and nothing of our insides."""

import pytest

from servicekit.idempotency import fingerprint, lock_id, read_key
from servicekit.problems import (
    Conflict,
    Internal,
    Malformed,
    Problem,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
    ValidationFailed,
    problem_for_status,
)


class OutOfStock(Conflict):
    code = "out_of_stock"
    title = "Some products are out of stock"


def test_carries_code_status_request_id_and_extensions() -> None:
    body = OutOfStock("Two are gone", products=["a", "b"]).body("r-1")

    assert body == {
        "type": "urn:storefront:problem:out_of_stock",
        "title": "Some products are out of stock",
        "status": 409,
        "detail": "Two are gone",
        "code": "out_of_stock",
        "request_id": "r-1",
        "products": ["a", "b"],
    }


def test_names_the_invalid_fields() -> None:
    body = ValidationFailed([{"pointer": "/lines/0/quantity", "message": "must be at least 1"}]).body("r-1")

    assert body["errors"] == [{"pointer": "/lines/0/quantity", "message": "must be at least 1"}]


@pytest.mark.parametrize(
    ("problem", "header", "value"),
    [
        (Unauthenticated(), "WWW-Authenticate", "Bearer"),
        (Unavailable(retry_after_seconds=7), "Retry-After", "7"),
        (TooManyRequests(30), "Retry-After", "30"),
    ],
)
def test_tells_the_client_what_to_do_next(problem: Problem, header: str, value: str) -> None:
    assert problem.headers[header] == value


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 406, 409, 413, 415, 500, 503])
def test_there_is_a_problem_for_each_status_a_framework_raises(status: int) -> None:
    assert problem_for_status(status).status == status


@pytest.mark.parametrize(("status", "becomes"), [(418, 400), (431, 400), (502, 500)])
def test_other_statuses_fall_back_to_their_class(status: int, becomes: int) -> None:
    assert problem_for_status(status).status == becomes


def test_a_defect_tells_nothing() -> None:
    assert "detail" not in Internal().body("r-1")


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256, "tab\t", "ü", "nul\x00"])
def test_refuses_an_unreasonable_idempotency_key(key: str) -> None:
    with pytest.raises(Malformed):
        read_key(key)


def test_accepts_a_plain_key_and_its_absence() -> None:
    assert read_key("8e03978e-40d5-43dd-bc93-6894a57f9324") == "8e03978e-40d5-43dd-bc93-6894a57f9324"
    assert read_key(None) is None


def test_requests_differ_by_any_part_and_not_by_where_the_parts_meet() -> None:
    prints = {
        fingerprint("POST", "/orders", b"{}"),
        fingerprint("PUT", "/orders", b"{}"),
        fingerprint("POST", "/order", b"s{}"),
        fingerprint("POST", "/orders", b"{ }"),
    }

    assert len(prints) == 4


def test_lock_ids_fit_postgresql() -> None:
    assert all(-(2**63) <= lock_id(user, "orders", "k") < 2**63 for user in range(100))
