"""What auth has not signed, or not like this, opens no service: every forgery gets the same 401."""

import pytest

from tests.forged_tokens import TokenForge
from tests.problems import assert_problem
from tests.running_shop import RunningShop
from tests.security.conftest import Figure
from tests.security.forgeries import Headers, forged_requests, unknown_session
from tests.security.raw_http import exchange, head
from tests.shop_client import PASSWORD

PRIVATE = {"auth": "/api/v1/users/me", "product": "/api/v1/orders", "payment": "/api/v1/wallets"}
_AT_LEAST = 120


@pytest.fixture(scope="module")
def forge(shop: RunningShop) -> TokenForge:
    return TokenForge(shop)


@pytest.fixture(scope="module")
def forgeries(shop: RunningShop, forge: TokenForge) -> list[tuple[str, Headers]]:
    customer = shop.new_customer()
    form = {"grant_type": "password", "username": customer.username, "password": PASSWORD}
    refresh_token = shop.visitor.call("POST", "auth", "/token", data=form).json()["refresh_token"]
    return list(forged_requests(forge, refresh_token=refresh_token))


@pytest.mark.parametrize("service", PRIVATE)
def test_no_forged_token_is_accepted(
    shop: RunningShop, forge: TokenForge, forgeries: list[tuple[str, Headers]], service: str, figure: Figure
) -> None:
    assert shop.bearer_of(forge.token()).get(service, PRIVATE[service]).status_code == 200

    wrong = [fault for flaw, headers in forgeries if (fault := _fault(shop, service, flaw, headers))]

    assert len({flaw for flaw, _ in forgeries}) == len(forgeries) >= _AT_LEAST
    figure(f"forged tokens sent to {service}", len(forgeries), wrong)


def test_a_session_that_was_never_opened_is_unknown_to_auth(shop: RunningShop, forge: TokenForge) -> None:
    assert_problem(shop.bearer_of(unknown_session(forge)).get("auth", PRIVATE["auth"]), 401, "invalid_token")


def _fault(shop: RunningShop, service: str, flaw: str, headers: Headers) -> str | None:
    answer = exchange(
        shop.addresses.urls[service], head("GET", PRIVATE[service], [*headers, (b"Connection", b"close")])
    )
    try:
        assert_problem(answer, 401, "invalid_token")
    except AssertionError as error:
        return f"{service}, {flaw}: {str(error)[:200]}"
    return None
