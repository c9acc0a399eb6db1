"""Every answer carries a request id: the caller's when it is reasonable, a new one otherwise."""

import re

import pytest

from tests.conformance.surface import Surface
from tests.running_shop import RunningShop

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def test_a_reasonable_id_is_echoed(shop: RunningShop, service: str) -> None:
    answer = shop.visitor.call("GET", service, "/healthcheck", headers={"X-Request-ID": "checkout-42:a/b"})

    assert answer.headers["X-Request-ID"] == "checkout-42:a/b"


def test_an_absent_id_is_generated_anew_each_time(shop: RunningShop, service: str) -> None:
    ids = {shop.visitor.get(service, "/healthcheck").headers["X-Request-ID"] for _ in range(3)}

    assert len(ids) == 3
    assert all(_UUID.fullmatch(request_id) for request_id in ids)


@pytest.mark.parametrize("unreasonable", ["", "with space", "x" * 129, "<script>", 'quo"te', "semi;colon", "umläut"])
def test_an_unreasonable_id_is_replaced(shop: RunningShop, service: str, unreasonable: str) -> None:
    headers = [(b"X-Request-ID", unreasonable.encode())]

    answer = shop.visitor.http.get(shop.addresses.urls[service] + "/healthcheck", headers=headers)

    assert answer.status_code == 200
    assert _UUID.fullmatch(answer.headers["X-Request-ID"])


def test_failures_carry_it_in_header_and_body(shop: RunningShop, service: str, surface: Surface) -> None:
    for path in (surface.private, "/no/such/path"):
        answer = shop.visitor.call("GET", service, path, headers={"X-Request-ID": "reference-7"})

        assert answer.headers["X-Request-ID"] == "reference-7"
        assert answer.json()["request_id"] == "reference-7"


def test_browsers_do_not_guess_what_an_answer_is_nor_frame_it_nor_tell_others_of_it(
    shop: RunningShop, service: str
) -> None:
    for path in ("/healthcheck", "/docs", "/openapi.json", "/no/such/path"):
        headers = shop.visitor.get(service, path).headers
        assert headers.items() >= {
            ("x-content-type-options", "nosniff"), ("x-frame-options", "DENY"), ("referrer-policy", "same-origin"),
        }, path  # fmt: skip
