"""Signing in and out, and what the browser is given for it."""

import pytest
from django.contrib.sessions.models import Session
from pytest_django import Settings

from tests.product.storefront.browser import Browser
from tests.product.storefront.fake_services import PASSWORD, FakeServices, make_token


def _expire_token_of(browser: Browser) -> None:
    session = browser.session
    session["access_token"] = make_token("ada", lasts_seconds=-60)
    session.save()


def test_returns_to_where_the_visitor_was(visitor: Browser) -> None:
    page = visitor.sign_in("ada", next_path="/orders%3Fcursor%3Dx")

    assert page.response.headers["Location"] == "/orders?cursor=x"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "///evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "evil.example",
        " //evil.example",
        "http:/evil.example",
        "/\t/evil.example",
    ],
)
def test_leads_to_own_pages_only(visitor: Browser, elsewhere: str) -> None:
    form = visitor.open("/sign-in").form("/sign-in")

    page = visitor.submit(form, username="ada", password=PASSWORD, next=elsewhere)

    assert page.response.headers["Location"] == "/"


def test_the_browser_gets_a_session_cookie_and_never_the_token(visitor: Browser) -> None:
    page = visitor.sign_in("ada")

    cookie = page.response.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert visitor.session["access_token"] not in str(page.response.cookies)


def test_cookies_travel_over_tls_only_where_there_is_tls(visitor: Browser, settings: Settings) -> None:
    settings.SESSION_COOKIE_SECURE = True

    page = visitor.sign_in("ada")

    assert page.response.cookies["sessionid"]["secure"]


def test_gives_a_new_session_so_that_a_planted_one_is_worthless(visitor: Browser) -> None:
    visitor.sign_in("ada")
    planted = visitor.session.session_key

    visitor.sign_in("ada")

    assert visitor.session.session_key != planted
    assert not Session.objects.filter(session_key=planted).exists()


def test_a_wrong_password_and_an_unknown_name_are_told_alike(visitor: Browser) -> None:
    answers = []
    for username, password in (("ada", "wrong"), ("nobody", PASSWORD)):
        page = visitor.submit(visitor.open("/sign-in").form("/sign-in"), username=username, password=password)
        answers.append((page.status, "Name and password do not match." in page.text))

    assert answers == [(422, True), (422, True)]


def test_says_how_long_to_wait_after_too_many_tries(visitor: Browser, services: FakeServices) -> None:
    services.refusal = (429, {"code": "too_many_requests"})

    page = visitor.sign_in("ada")

    assert page.status == 429
    assert "wait 7 seconds" in page.text


@pytest.mark.parametrize("answer", [(503, {}), (200, {"unexpected": True})])
def test_says_so_when_auth_does_not_work(
    visitor: Browser, services: FakeServices, answer: tuple[int, dict[str, object]]
) -> None:
    services.refusal = answer

    page = visitor.sign_in("ada")

    assert page.status == 503
    assert "The rest of the shop works" in page.text
    assert visitor.open("/").status == 200


def test_whoever_is_signed_in_stays_so_while_auth_is_away(shopper: Browser, services: FakeServices) -> None:
    shopper.open("/orders")
    services.stop()

    assert shopper.open("/orders").status == 200


def test_signing_out_ends_the_session_here_and_at_auth(shopper: Browser, services: FakeServices) -> None:
    key, token = shopper.session.session_key, shopper.session["access_token"]

    page = shopper.submit(shopper.open("/").form("/sign-out"))

    assert page.response.headers["Location"] == "/"
    assert not Session.objects.filter(session_key=key).exists()
    assert shopper.open("/orders").status == 302
    assert services.sessions_ended == [token]


def test_signing_out_works_here_while_auth_is_away(shopper: Browser, services: FakeServices) -> None:
    form = shopper.open("/").form("/sign-out")
    services.stop()

    assert shopper.submit(form).status == 302
    assert shopper.open("/orders").status == 302


def test_signing_out_takes_more_than_a_link(shopper: Browser) -> None:
    assert shopper.open("/sign-out").status == 405
    assert shopper.open("/orders").status == 200


def test_a_session_that_ran_out_returns_to_where_one_was(shopper: Browser, services: FakeServices) -> None:
    _expire_token_of(shopper)
    services.refresh_tokens.clear()

    away = shopper.open("/orders?cursor=x")
    sign_in = shopper.open(away.response.headers["Location"])
    back = shopper.submit(sign_in.form("/sign-in"), username="ada", password=PASSWORD)

    assert "Your session has ended" in sign_in.text
    assert back.response.headers["Location"] == "/orders?cursor=x"


def test_a_session_that_ran_out_is_shown_as_a_guest_elsewhere(shopper: Browser, services: FakeServices) -> None:
    _expire_token_of(shopper)
    services.refresh_tokens.clear()

    assert "Sign in" in shopper.open("/").text


def test_a_poll_without_a_session_moves_the_whole_page_to_the_sign_in(visitor: Browser) -> None:
    path = "/orders/01890000-0000-7000-8000-000000000000"

    page = visitor.open(f"{path}/progress", headers={"HX-Request": "true"})

    assert page.status == 200
    assert page.response.headers["HX-Redirect"] == f"/sign-in?next={path.replace('/', '%2F')}"
