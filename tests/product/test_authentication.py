"""Tokens of auth, as they arrive over HTTP, checked with keys fetched over HTTP."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from product import authentication
from servicekit.ids import new_id
from tests.problems import assert_problem
from tests.product.api import Api
from tests.product.storefront.fake_services import FakeServices, make_token


@pytest.fixture(autouse=True)
def auth(settings: Settings) -> Iterator[FakeServices]:
    with FakeServices() as fake:
        settings.AUTH_URL = fake.url
        authentication._verifier.cache_clear()
        yield fake
    authentication._verifier.cache_clear()


def get(api: Api, path: str, authorization: str) -> int:
    response = api.get(path, headers={"Authorization": authorization})
    if response.status_code >= 400:
        assert_problem(response, response.status_code)
    return int(response.status_code)


def test_a_valid_token_opens_what_is_the_callers(api: Api) -> None:
    assert get(api, "/api/v1/orders", f"Bearer {make_token('ada')}") == 200
    assert get(api, "/api/v1/orders", f"bearer  {make_token('ada')}") == 200


def test_the_role_decides_what_is_for_staff(api: Api) -> None:
    path = "/api/v1/operations/outbox"

    assert get(api, path, f"Bearer {make_token('ada')}") == 403
    assert get(api, path, f"Bearer {make_token('bob', role='staff')}") == 200
    assert get(api, path, f"Bearer {make_token('eve', role='admin')}") == 200


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer ", "Bearer x", "Bearer a.b.c", "Basic YWRhOng=", "Token x", "Bearer \x00"],
)
@pytest.mark.parametrize("path", ["/api/v1/orders", "/api/v1/products"])
def test_anything_else_is_refused_on_public_addresses_too(api: Api, path: str, authorization: str) -> None:
    assert get(api, path, authorization) == 401


@pytest.mark.parametrize("role", ["root", "", "customer "])
def test_an_unknown_role_is_refused(api: Api, role: str) -> None:
    assert get(api, "/api/v1/orders", f"Bearer {make_token('ada', role=role)}") == 401


def test_an_expired_token_is_refused(api: Api) -> None:
    assert get(api, "/api/v1/orders", f"Bearer {make_token('ada', lasts_seconds=-60)}") == 401


def test_without_any_key_nobody_can_be_told_apart(api: Api, auth: FakeServices) -> None:
    auth.stop()

    assert get(api, "/api/v1/orders", f"Bearer {make_token('ada')}") == 503
    assert get(api, "/api/v1/products", f"Bearer {make_token('ada')}") == 503
    assert api.get("/api/v1/products").status_code == 200


def test_valid_tokens_work_on_when_auth_is_gone(api: Api, auth: FakeServices) -> None:
    assert get(api, "/api/v1/orders", f"Bearer {make_token('ada')}") == 200

    auth.stop()

    assert get(api, f"/api/v1/orders?user_id={new_id()}", f"Bearer {make_token('ada')}") == 403
