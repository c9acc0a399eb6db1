"""Who gets to the pages at /backoffice/: staff, by the shop's own sign-in, for as long as auth says so."""

import pytest

from tests.product.backoffice.test_enter import put_token
from tests.product.storefront.browser import Browser
from tests.product.storefront.fake_services import PASSWORD, FakeServices, make_token

TODAY = "/backoffice/"


def test_a_guest_is_led_to_the_sign_in_and_back(visitor: Browser, services: FakeServices) -> None:
    services.usernames.add("grace")
    services.roles["grace"] = "staff"
    sign_in = visitor.open(TODAY).response.headers["Location"]

    page = visitor.submit(visitor.open(sign_in).form("/sign-in"), username="grace", password=PASSWORD, follow=True)

    assert sign_in == "/sign-in?next=%2Fbackoffice%2F"
    assert page.response.redirect_chain[-1][0] == TODAY
    assert page.status == 200


@pytest.mark.parametrize("role", ["staff", "admin"])
def test_staff_and_admins_are_led_there_by_the_shops_menu(visitor: Browser, role: str) -> None:
    put_token(visitor, make_token("grace", role=role))

    assert TODAY in visitor.open("/").links
    assert visitor.open(TODAY).status == 200


def test_a_customer_is_turned_away_and_told_nothing_of_what_is_inside(visitor: Browser) -> None:
    visitor.sign_in("ada")

    page = visitor.open(TODAY)

    assert page.status == 403
    assert "not for your account" in page.text
    assert not [link for link in visitor.open("/").links + page.links if link.startswith("/backoffice")]


def test_who_is_no_longer_staff_is_out_with_the_next_token(clerk: Browser) -> None:
    put_token(clerk, make_token("grace", role="customer"))

    assert clerk.open(TODAY).status == 403


def test_the_session_ends_when_its_token_is_not_renewed(clerk: Browser, services: FakeServices) -> None:
    services.refresh_tokens.clear()
    put_token(clerk, make_token("grace", role="staff", lasts_seconds=-60))

    assert clerk.open(TODAY).response.headers["Location"].startswith("/sign-in")


def test_the_short_address_works(visitor: Browser) -> None:
    assert visitor.open("/backoffice").response.headers["Location"] == TODAY
