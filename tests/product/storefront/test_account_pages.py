"""The account pages: what they send to auth, and how they say what auth answers."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.product.storefront.browser import Browser, Page
from tests.product.storefront.fake_services import FakeServices

SESSION_ID = "01890000-0000-7000-8000-000000000000"


def calls(services: FakeServices, call: str) -> list[Any]:
    """The bodies that were sent with this call."""
    return [json.loads(body) if body else None for made, body in services.account_calls if made == call]


def text_of(page: Page, browser: Browser) -> str:
    """Of the page to which this answer leads."""
    return browser.open(page.response.headers["Location"]).text


def test_saves_the_profile_and_removes_what_was_emptied(shopper: Browser, services: FakeServices) -> None:
    form = shopper.open("/account").form("/account")

    page = shopper.submit(form, display_name="Ada L.", city="London")

    (changes,) = calls(services, "PATCH /api/v1/users/me")
    assert changes["display_name"] == "Ada L."
    assert changes["bio"] is None
    assert changes["address"]["city"] == "London"
    assert "Your profile is saved." in text_of(page, shopper)


def test_says_at_the_field_what_auth_does_not_accept(shopper: Browser, services: FakeServices) -> None:
    services.account_answers["PATCH /api/v1/users/me"] = (
        422,
        {"code": "validation_failed", "errors": [{"pointer": "/website", "message": "must be a URL"}]},
    )

    page = shopper.submit(shopper.open("/account").form("/account"), website="nonsense", first_name="Ada")

    assert page.status == 422
    assert "This does not look like a web address." in page.text
    assert 'value="Ada"' in page.html


def test_applies_the_preferences_from_the_next_page_on(shopper: Browser, services: FakeServices) -> None:
    form = shopper.open("/account/preferences").form("/account/preferences")

    chosen: dict[str, Any] = {"language": "ru", "theme": "dark", "timezone": "Asia/Tokyo", "date_format": "DD.MM.YYYY"}
    page = shopper.submit(form, **chosen, time_format="12h")

    (sent,) = calls(services, "PATCH /api/v1/users/me/preferences")
    assert sent.items() >= chosen.items()
    html = shopper.open(page.response.headers["Location"]).html
    assert '<html lang="ru" data-theme="dark">' in html


def test_shows_the_shop_as_the_user_prefers_it_after_signing_in(visitor: Browser, services: FakeServices) -> None:
    status, preferences = services.account_answers["GET /api/v1/users/me/preferences"]
    services.account_answers["GET /api/v1/users/me/preferences"] = (status, preferences | {"theme": "dark"})

    visitor.sign_in("ada")

    assert 'data-theme="dark"' in visitor.open("/").html


def test_a_guest_chooses_theme_and_language_without_an_account(visitor: Browser) -> None:
    form = visitor.open("/products?ordering=price").form("/display")

    dark = visitor.submit(form, theme="dark")
    visitor.submit(form, language="ru")

    assert dark.response.headers["Location"] == "/products?ordering=price"
    assert '<html lang="ru" data-theme="dark">' in visitor.open("/").html


def test_the_choice_of_a_user_is_kept_in_the_account(shopper: Browser, services: FakeServices) -> None:
    shopper.submit(shopper.open("/").form("/display"), theme="dark")

    assert calls(services, "PATCH /api/v1/users/me/preferences") == [{"theme": "dark"}]


@pytest.mark.parametrize("cookie", ["theme=neon&timezone=Mars/Olympus", "%00", "=&=&=", "x" * 5000])
def test_a_cookie_of_nonsense_changes_nothing(visitor: Browser, cookie: str) -> None:
    visitor.client.cookies["display"] = cookie

    page = visitor.open("/")

    assert page.status == 200
    assert "data-theme" not in page.html


def test_changes_the_password(shopper: Browser, services: FakeServices) -> None:
    form = shopper.open("/account/security").form("/account/security/password")

    page = shopper.submit(form, password="old one", new_password="a better one")

    assert calls(services, "POST /change-password") == [{"old_password": "old one", "new_password": "a better one"}]
    assert "Your password is changed" in text_of(page, shopper)


def test_a_wrong_password_is_told_at_its_field(shopper: Browser, services: FakeServices) -> None:
    services.account_answers["POST /change-password"] = (403, {"code": "wrong_password"})

    form = shopper.open("/account/security").form("/account/security/password")
    page = shopper.submit(form, password="guess", new_password="a better one")

    assert page.status == 422
    assert "This is not your password." in page.text


def test_signs_out_on_another_device(shopper: Browser, services: FakeServices) -> None:
    device = {"id": SESSION_ID, "device_type": "desktop", "os": "Linux", "client": "Firefox", "address": "192.0.2.1"}
    times = {"created_at": "2026-11-01T10:00:00Z", "last_seen_at": "2026-11-02T11:00:00Z", "current": False}
    services.account_answers["GET /api/v1/users/me/sessions"] = (200, {"results": [device | times]})

    page = shopper.open("/account/security")
    shopper.submit(page.form(f"/account/security/sessions/{SESSION_ID}"))

    assert "Firefox · Linux" in page.text
    assert calls(services, f"DELETE /api/v1/users/me/sessions/{SESSION_ID}") == [None]


def test_a_session_that_auth_has_ended_leads_to_the_sign_in(shopper: Browser, services: FakeServices) -> None:
    services.account_answers["GET /api/v1/users/me"] = (401, {"code": "invalid_token"})

    page = shopper.open("/account")

    assert page.response.headers["Location"] == "/sign-in?next=%2Faccount"
    assert shopper.open("/account").status == 302


@pytest.mark.parametrize(
    ("path", "call", "fields"),
    [
        ("/password-reset", "POST /password-reset/confirm", {"new_password": "a better one"}),
        ("/email-change", "POST /email-change/confirm", {}),
        ("/email-confirmation", "POST /email-confirmation/confirm", {}),
    ],
)
def test_the_link_of_an_email_is_used_up_by_the_button_only(
    visitor: Browser, services: FakeServices, path: str, call: str, fields: dict[str, Any]
) -> None:
    form = visitor.open(f"{path}?token=secret").form(path)
    assert calls(services, call) == []

    page = visitor.submit(form, **fields)

    assert page.status == 302
    assert calls(services, call) == [{"token": "secret"} | fields]


def test_an_expired_link_says_so(visitor: Browser, services: FakeServices) -> None:
    services.account_answers["POST /email-confirmation/confirm"] = (422, {"code": "invalid_confirmation"})

    page = visitor.submit(visitor.open("/email-confirmation?token=old").form("/email-confirmation"))

    assert page.status == 422
    assert "This link is not valid any more." in page.text


def test_a_forgotten_password_is_answered_alike_for_any_address(visitor: Browser, services: FakeServices) -> None:
    page = visitor.submit(visitor.open("/forgotten-password").form("/forgotten-password"), email="who@example.org")

    assert calls(services, "POST /password-reset") == [{"email": "who@example.org"}]
    assert "If there is an account with the address who@example.org" in page.text


def test_deletes_the_account_only_when_its_name_is_typed(shopper: Browser, services: FakeServices) -> None:
    form = shopper.open("/account/deletion").form("/account/deletion")

    refused = shopper.submit(form, username="adam")
    assert refused.status == 422
    assert calls(services, "DELETE /api/v1/users/me") == []

    shopper.submit(form, username="ada")
    assert calls(services, "DELETE /api/v1/users/me") == [None]
    assert "Sign in" in shopper.open("/").text


@pytest.mark.parametrize(
    "path", ["/account", "/account/preferences", "/account/security", "/account/email", "/account/deletion"]
)
def test_nobody_else_sees_them(visitor: Browser, path: str) -> None:
    assert visitor.open(path).response.headers["Location"].startswith("/sign-in?next=")


def test_says_so_when_auth_is_away(shopper: Browser, services: FakeServices) -> None:
    shopper.open("/")
    services.stop()

    page = shopper.open("/account")

    assert page.status == 503
    assert "Back in a moment" in page.text
    assert shopper.open("/products").status == 200


def test_hands_a_new_picture_on_to_auth(shopper: Browser, services: FakeServices) -> None:
    form = shopper.open("/account").form("/account/avatar")
    form.fields.pop("remove", None)

    page = shopper.submit(form, file=SimpleUploadedFile("me.png", b"\x89PNG picture", "image/png"))

    (body,) = [body for made, body in services.account_calls if made == "POST /api/v1/users/me/avatar"]
    assert b"Content-Type: image/png\r\n\r\n\x89PNG picture" in body
    assert "Your picture is saved." in text_of(page, shopper)


@pytest.mark.parametrize(("size", "status"), [(5_242_880, 302), (5_242_881, 422), (5_400_000, 413)])
def test_takes_pictures_as_large_as_auth_does(shopper: Browser, services: FakeServices, size: int, status: int) -> None:
    form = shopper.open("/account").form("/account/avatar")
    form.fields.pop("remove", None)

    page = shopper.submit(form, file=SimpleUploadedFile("me.png", b"\x89" * size, "image/png"))

    sent = [len(body) for made, body in services.account_calls if made == "POST /api/v1/users/me/avatar"]
    assert page.status == status
    assert bool(sent) == (status == 302)
    assert (status != 422) or "This file is too large." in page.text
