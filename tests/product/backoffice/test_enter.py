"""Who gets into the admin: staff, by the shop's own sign-in, for as long as auth says so."""

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from pytest_django import Settings

from product.backoffice.models import StaffMember
from servicekit.ids import new_id
from tests.product.storefront.browser import Browser
from tests.product.storefront.fake_services import PASSWORD, FakeServices, make_token

PAGES = ["/admin/", "/admin/orders/order/", "/admin/catalogue/product/add/", "/admin/no/such/page/"]


def put_token(browser: Browser, token: str) -> None:
    session = browser.session
    session["access_token"] = token
    session.save()


@pytest.mark.parametrize("path", PAGES)
def test_a_guest_is_led_to_the_sign_in_and_back(visitor: Browser, path: str) -> None:
    at_the_door = visitor.open(path).response.headers["Location"]

    sign_in = visitor.open(at_the_door).response.headers["Location"]

    assert at_the_door.startswith("/admin/login/?next=/admin/")
    assert sign_in == f"/sign-in?next={path.replace('/', '%2F')}"


def test_staff_is_in_after_signing_in_at_the_shop(visitor: Browser, services: FakeServices) -> None:
    services.usernames.add("grace")
    services.roles["grace"] = "staff"
    form = visitor.open("/sign-in?next=/admin/").form("/sign-in")

    page = visitor.submit(form, username="grace", password=PASSWORD, follow=True)

    assert page.status == 200
    assert "grace" in page.text
    assert "Change password" not in page.text


@pytest.mark.parametrize("role", ["staff", "admin"])
def test_admins_are_staff_too(visitor: Browser, role: str) -> None:
    put_token(visitor, make_token("grace", role=role))

    assert visitor.open("/admin/").status == 200


def test_a_customer_is_turned_away_and_told_nothing_of_what_is_inside(visitor: Browser) -> None:
    visitor.sign_in("ada")

    for path in PAGES:
        page = visitor.open(visitor.open(path).response.headers["Location"])
        assert page.status == 403
        assert "not for your account" in page.text
        assert "rders" not in page.text


def test_a_customer_can_change_nothing_by_a_form_of_their_own(visitor: Browser) -> None:
    visitor.sign_in("ada")
    token = visitor.open("/").form("/sign-out").fields["csrfmiddlewaretoken"]

    answer = visitor.client.post("/admin/orders/order/", {"csrfmiddlewaretoken": token, "action": "cancel_chosen"})

    assert answer.status_code == 302
    assert "/admin/login/" in answer.headers["Location"]
    assert not StaffMember.objects.exists()


def test_who_is_no_longer_staff_is_out_with_the_next_token(clerk: Browser) -> None:
    put_token(clerk, make_token("grace", role="customer"))

    assert clerk.open("/admin/").status == 302


def test_the_session_ends_when_its_token_is_not_renewed(clerk: Browser, services: FakeServices) -> None:
    services.refresh_tokens.clear()
    put_token(clerk, make_token("grace", role="staff", lasts_seconds=-60))

    assert clerk.open("/admin/").status == 302


def test_one_who_was_once_staff_cannot_enter_by_what_is_kept_of_them(visitor: Browser) -> None:
    member = StaffMember.objects.create(id=new_id(), username="grace")
    session = visitor.session
    session["_auth_user_id"], session["_auth_user_backend"] = str(member.pk), "product.backoffice.authentication"
    session.save()

    assert visitor.open("/admin/").status == 302


def test_logging_out_ends_the_one_session_of_shop_and_back_office(clerk: Browser) -> None:
    key = clerk.session.session_key

    page = clerk.submit(clerk.open("/admin/").form("/admin/logout/"))

    assert page.response.headers["Location"] == "/"
    assert not Session.objects.filter(session_key=key).exists()
    assert clerk.open("/admin/").status == 302


def test_no_link_and_no_other_site_can_log_staff_out(clerk: Browser) -> None:
    assert clerk.open("/admin/logout/").status == 405
    assert clerk.client.post("/admin/logout/").status_code == 403
    assert clerk.open("/admin/").status == 200


def test_staff_at_work_stays_in_while_auth_is_away(clerk: Browser, services: FakeServices) -> None:
    clerk.open("/admin/")
    services.stop()

    assert clerk.open("/admin/").status == 200


def test_says_so_when_nobody_can_sign_in(visitor: Browser, services: FakeServices) -> None:
    services.refusal = (503, {})
    form = visitor.open("/sign-in?next=/admin/").form("/sign-in")

    page = visitor.submit(form, username="grace", password=PASSWORD)

    assert page.status == 503
    assert "not possible right now" in page.text


def test_is_away_rather_than_broken_while_no_token_can_be_checked(
    visitor: Browser, services: FakeServices, settings: Settings
) -> None:
    put_token(visitor, make_token("grace", role="staff"))
    services.stop()

    page = visitor.open("/admin/")

    assert page.status == 503
    assert page.response.headers["Retry-After"]


def test_there_are_no_passwords_here(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND column_name ILIKE '%%password%%'"
        )
        assert cursor.fetchall() == []


def test_the_short_address_works(visitor: Browser) -> None:
    assert visitor.open("/admin").response.headers["Location"] == "/admin/"
