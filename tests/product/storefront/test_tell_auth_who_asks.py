"""Auth counts tries per address and shows people their sessions: the storefront tells it who is asking through it."""

from email.message import Message

import pytest
from pydantic import ValidationError
from pytest_django import Settings

from product.environment import Settings as Environment
from tests.product.storefront.browser import Browser
from tests.product.storefront.fake_services import PASSWORD, FakeServices

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0"


def test_auth_is_told_address_and_browser_of_the_visitor(visitor: Browser, services: FakeServices) -> None:
    headers = told(visitor, services, {"User-Agent": FIREFOX, "X-Forwarded-For": "192.0.2.66"})

    assert (headers["X-Forwarded-For"], headers["User-Agent"]) == ("127.0.0.1", FIREFOX)


def test_behind_a_proxy_it_is_the_visitors_address_too(
    visitor: Browser, services: FakeServices, settings: Settings
) -> None:
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"trusted_proxies": "127.0.0.1"})

    headers = told(visitor, services, {"X-Forwarded-For": "192.0.2.66, 198.51.100.1"})

    assert headers["X-Forwarded-For"] == "198.51.100.1"


@pytest.mark.parametrize("user_agent", ["", "Bröwser/1", "x" * 5000])
def test_any_user_agent_will_do(visitor: Browser, services: FakeServices, user_agent: str) -> None:
    assert len(told(visitor, services, {"User-Agent": user_agent})["User-Agent"]) in range(1, 501)


def told(visitor: Browser, services: FakeServices, headers: dict[str, str]) -> Message:
    """The headers with which auth is asked when a visitor with these signs in."""
    form = visitor.open("/sign-in").form("/sign-in")
    page = visitor.client.post(form.action, form.fields | {"username": "ada", "password": PASSWORD}, headers=headers)
    assert page.status_code == 302
    return services.headers_seen[-1]


@pytest.mark.parametrize("value", ["everybody", "10.0.0.0/99", "10.0.0.1/24"])
def test_a_start_with_unusable_proxies_is_refused(value: str) -> None:
    with pytest.raises(ValidationError, match="trusted_proxies"):
        Environment(trusted_proxies=value)
