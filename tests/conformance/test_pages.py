"""The storefront's pages: who may see which, and what the browser is told about all of them."""

import pytest

from tests.running_shop import RunningShop

PUBLIC_PAGES = ["/", "/register", "/sign-in", "/products/PRODUCT"]
AN_ORDER = "/orders/01234567-89ab-7def-8123-456789abcdef"
OWN_PAGES = ["/orders", AN_ORDER, f"{AN_ORDER}/progress", "/checkout?product=PRODUCT&quantity=1"]
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture(scope="module")
def slug(shop: RunningShop) -> str:
    name: str = shop.new_product()["slug"]
    return name


@pytest.mark.parametrize("path", PUBLIC_PAGES)
def test_everybody_may_look_around(shop: RunningShop, slug: str, path: str) -> None:
    page = shop.visitor.call("GET", "product", path.replace("PRODUCT", slug), headers=BROWSER)

    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("path", OWN_PAGES)
def test_what_is_ones_own_needs_signing_in(shop: RunningShop, slug: str, path: str) -> None:
    answer = shop.visitor.call("GET", "product", path.replace("PRODUCT", slug), headers=BROWSER)

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in?next=%2F")


@pytest.mark.parametrize("path", ["/register", "/sign-in", "/sign-out", "/checkout"])
def test_no_other_site_can_send_a_form_on_the_visitors_behalf(shop: RunningShop, path: str) -> None:
    headers = BROWSER | {"Origin": "https://elsewhere.example"}

    answer = shop.visitor.call("POST", "product", path, headers=headers, data={"username": "ann"})

    assert answer.status_code == 403


@pytest.mark.parametrize("path", [*PUBLIC_PAGES, "/no/such/page"])
def test_a_page_may_load_and_run_nothing_but_our_own(shop: RunningShop, slug: str, path: str) -> None:
    headers = shop.visitor.call("GET", "product", path.replace("PRODUCT", slug), headers=BROWSER).headers

    policy = headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(shop: RunningShop) -> None:
    page = shop.visitor.call("GET", "product", "/sign-in", headers=BROWSER)

    cookies = page.headers.get_list("Set-Cookie")
    assert cookies
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie


def test_a_browser_gets_a_page_also_for_what_is_not_there(shop: RunningShop) -> None:
    page = shop.visitor.call("GET", "product", "/no/such/page", headers=BROWSER)

    assert page.status_code == 404
    assert page.headers["Content-Type"].startswith("text/html")
    assert page.headers["X-Request-ID"] in page.text
