"""Opening an account from the browser."""

from typing import Any

import pytest

from tests.product.storefront.browser import Browser
from tests.product.storefront.fake_services import PASSWORD, FakeServices


def _details(**changes: Any) -> dict[str, Any]:
    return {"username": "grace", "email": "grace@example.org", "password": PASSWORD} | changes


def test_signs_in_at_once_and_returns_to_where_the_visitor_was(visitor: Browser) -> None:
    form = visitor.open("/register?next=/orders").form("/register")

    page = visitor.submit(form, **_details())

    assert page.response.headers["Location"] == "/orders"
    assert visitor.open("/orders").status == 200
    assert "grace" in visitor.open("/").text


def test_a_taken_name_is_said_beside_its_field(visitor: Browser, services: FakeServices) -> None:
    services.usernames.add("grace")

    page = visitor.submit(visitor.open("/register").form("/register"), **_details())

    assert page.status == 422
    assert "This username is taken." in page.text
    assert page.form("/register").fields["email"] == "grace@example.org"


def test_a_password_that_auth_refuses_is_said_beside_its_field(visitor: Browser, services: FakeServices) -> None:
    services.refusal = (422, {"code": "validation_failed", "errors": [{"pointer": "/password", "message": "is weak"}]})

    page = visitor.submit(visitor.open("/register").form("/register"), **_details())

    assert page.status == 422
    assert "harder to guess" in page.text


@pytest.mark.parametrize(
    "wrong",
    [{"username": "a b"}, {"username": "x"}, {"email": "nobody"}, {"password": "short"}, {"password": "a" * 129}],
)
def test_wrong_details_are_refused_without_asking_auth(
    visitor: Browser, services: FakeServices, wrong: dict[str, str]
) -> None:
    page = visitor.submit(visitor.open("/register").form("/register"), **_details(**wrong))

    assert page.status == 422
    assert services.usernames == {"ada"}


def test_never_sends_the_password_back(visitor: Browser, services: FakeServices) -> None:
    services.usernames.add("grace")

    page = visitor.submit(visitor.open("/register").form("/register"), **_details())

    assert PASSWORD not in page.html


def test_says_so_when_auth_is_away(visitor: Browser, services: FakeServices) -> None:
    form = visitor.open("/register").form("/register")
    services.stop()

    page = visitor.submit(form, **_details())

    assert page.status == 503
    assert "The rest of the shop works" in page.text
    assert int(page.response.headers["Retry-After"]) > 0
    assert page.form("/register").fields["username"] == "grace"
