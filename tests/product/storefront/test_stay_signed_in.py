"""Access tokens last minutes, a sign-in lasts weeks: the storefront renews them for as long as auth allows it."""

from datetime import UTC, datetime, timedelta

import jwt
import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from product.revocations.memory import revoked_sessions
from product.storefront.services import forget_ended_browser_sessions
from servicekit.contracts import SessionRevoked
from servicekit.ids import new_id
from tests.parallel import at_once
from tests.product.factories import make_product, receive
from tests.product.storefront.browser import Browser
from tests.product.storefront.fake_services import FakeServices, make_token


def _expire_token_of(browser: Browser) -> None:
    session = browser.session
    session["access_token"] = make_token("ada", lasts_seconds=-60)
    session.save()


def test_goes_on_where_the_token_has_run_out(shopper: Browser) -> None:
    before = shopper.session["refresh_token"]
    _expire_token_of(shopper)

    page = shopper.open("/orders")

    assert page.status == 200
    assert shopper.session["refresh_token"] != before
    assert shopper.session["access_token"] not in page.html


def test_renews_once_per_token_and_not_per_page(shopper: Browser, services: FakeServices) -> None:
    _expire_token_of(shopper)
    before = len(services.headers_seen)

    for _ in range(3):
        shopper.open("/orders")

    assert len(services.headers_seen) == before + 1


def test_the_new_tokens_are_kept_even_if_the_page_fails(shopper: Browser, services: FakeServices) -> None:
    """The old refresh token is used up: a page that fails must not take the new one with it."""
    _expire_token_of(shopper)

    assert shopper.open(f"/orders/{new_id()}").status == 404
    services.refresh_tokens.clear()

    assert shopper.open("/orders").status == 200


@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_once_stay_signed_in(shopper: Browser, services: FakeServices) -> None:
    services.refresh_grace = True
    _expire_token_of(shopper)

    def open_tab() -> int:
        try:
            return int(shopper.open("/orders").status)
        finally:
            connection.close()

    assert at_once([open_tab] * 4) == [200] * 4
    assert shopper.open("/orders").status == 200


def test_a_refused_refresh_signs_out_and_leads_back(shopper: Browser, services: FakeServices) -> None:
    _expire_token_of(shopper)
    services.refresh_tokens.clear()

    away = shopper.open("/orders?cursor=x")
    sign_in = shopper.open(away.response.headers["Location"])

    assert away.response.headers["Location"] == "/sign-in?next=%2Forders%3Fcursor%3Dx"
    assert "Your session has ended" in sign_in.text
    assert "refresh_token" not in shopper.session


def test_a_session_that_was_ended_elsewhere_is_over_here(shopper: Browser, services: FakeServices) -> None:
    """On another device, by a new password, by deleting the account: the token itself would be good for minutes."""
    claims = jwt.decode(shopper.session["access_token"], options={"verify_signature": False})
    until = datetime.now(UTC) + timedelta(minutes=15)
    services.refresh_tokens.clear()

    receive(SessionRevoked(user_id=claims["sub"], session_id=claims["sid"], until=until))
    revoked_sessions().refresh()

    assert shopper.open("/orders").status == 302
    assert "Sign in" in shopper.open("/").text


def test_while_auth_is_away_nobody_is_signed_out(shopper: Browser, services: FakeServices) -> None:
    _expire_token_of(shopper)
    services.refusal = (503, {})

    in_vain, front_page = shopper.open("/orders"), shopper.open("/")
    services.refusal = None

    assert (in_vain.status, front_page.status) == (503, 200)
    assert shopper.open("/orders").status == 200


@pytest.mark.django_db(transaction=True)
def test_a_page_of_a_tab_that_signed_out_meanwhile_is_a_guests(shopper: Browser, services: FakeServices) -> None:
    product = make_product()
    _expire_token_of(shopper)
    key = shopper.session.session_key

    def sign_out_in_another_tab() -> None:
        Session.objects.filter(session_key=key).delete()
        connection.close()

    services.on_refresh = sign_out_in_another_tab

    page = shopper.open(f"/products/{product.slug}")

    assert page.status == 200
    assert "Sign in" in page.text


def test_tokens_of_browsers_that_never_came_back_are_deleted(shopper: Browser) -> None:
    Session.objects.filter(session_key=shopper.session.session_key).update(expire_date=timezone.now())
    live = Browser()
    live.sign_in("ada")

    assert forget_ended_browser_sessions() == 1
    assert live.open("/orders").status == 200
