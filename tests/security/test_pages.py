"""What the shop's pages tell browsers, take from other sites, and where they lead: every page, for anybody."""

from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import httpx2
import pytest

from stack.shop import Shop
from tests.running_shop import RunningShop
from tests.security.browser import Browser, page_paths
from tests.security.conftest import Figure
from tests.security.scale import IS_LONG
from tests.shop_client import PASSWORD

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_ELSEWHERE = (
    "https://evil.example/", "http://evil.example", "//evil.example", "///evil.example", "////evil.example/%2f..",
    "/\\evil.example", "\\\\evil.example", "/\\/evil.example", "\\/evil.example", "/\\\\evil.example",
    "http:evil.example",
    "http:/evil.example", "https:///evil.example", "HTTPS://EVIL.EXAMPLE", "javascript:alert(1)", "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)", "data:text/html,<script>alert(1)</script>", "vbscript:x", "evil.example", "@evil.example",
    "/@evil.example/..//evil.example", " //evil.example", "\t//evil.example", "\n//evil.example", "/\t/evil.example",
    "/\n/evil.example", "/\r/evil.example", "\x00//evil.example", "/\x00/evil.example", "//evil.example\\@127.0.0.1",
    "//127.0.0.1@evil.example", "http://127.0.0.1@evil.example/", "http://127.0.0.1.evil.example/",
    "//evil%E3%80%82example",
    "//evil\u3002example", "/%09/evil.example", "/%5cevil.example", "/%2f%2fevil.example", "/.evil.example",
    "/;@evil.example",
    "//[::1]/", "//0x7f000001/", "/\r\nLocation: https://evil.example", "/\r\nSet-Cookie: sessionid=x",
    "?next=//evil.example",
    "#//evil.example", "ftp://evil.example", "//evil.example:80", "/..//evil.example", "./\\evil.example",
    "x:\\\\evil.example",
)  # fmt: skip


_FOREIGN = ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Referer": "https://evil.example/"})


@pytest.fixture(scope="module")
def paths(machinery: Shop, shop: RunningShop) -> list[str]:
    return page_paths(machinery, slug=shop.new_product()["slug"])


@pytest.fixture(scope="module")
def account(shop: RunningShop) -> dict[str, str]:
    return {"username": shop.new_customer().username, "password": PASSWORD}


@pytest.fixture
def browsers(shop: RunningShop, account: dict[str, str]) -> Iterator[dict[str, Browser]]:
    """Of a visitor, of a customer and of staff."""
    url = shop.addresses.urls["product"]
    browsers = {"visitor": Browser(url), "customer": Browser(url), "staff": Browser(url)}
    assert browsers["customer"].sign_in(account).status_code == 302
    assert browsers["staff"].sign_in(shop.addresses.accounts["staff"]).status_code == 302
    yield browsers
    for browser in browsers.values():
        browser.http.close()


def test_every_page_forbids_what_is_not_its_own(browsers: dict[str, Browser], paths: list[str], figure: Figure) -> None:
    wrong, tried = [], 0
    for path in paths:
        for who, browser in browsers.items():
            answer = browser.http.get(path)
            tried += 1
            wrong += [f"{who} {path}: {answer.status_code}"] * (answer.status_code >= 500)
            wrong += [
                f"{who} {path}: {name}: {answer.headers.get(name)}"
                for name, value in _HEADERS.items()
                if answer.headers.get(name) != value
            ]
            if answer.headers.get("Content-Type", "").startswith("text/html"):
                policy = answer.headers.get("Content-Security-Policy", "")
                is_strict = all(
                    part in policy for part in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'")
                )
                wrong += [f"{who} {path}: the policy {policy!r}"] * (not is_strict or "unsafe" in policy)
            wrong += [
                f"{who} {path}: {cookie}"
                for cookie in answer.headers.get_list("Set-Cookie")
                if "HttpOnly" not in cookie or "SameSite=Lax" not in cookie
            ]

    figure(f"answers to browsers, of {len(paths)} pages, and their headers and cookies", tried, wrong)


def test_no_other_site_can_change_anything(browsers: dict[str, Browser], paths: list[str], figure: Figure) -> None:
    """With the visitor's cookies, but without the token of our forms, or from another origin."""
    wrong, tried = [], 0
    for path in paths:
        for who, browser in browsers.items():
            for method in ("POST", "PUT", "PATCH", "DELETE") if IS_LONG else ("POST",):
                for headers in _FOREIGN if IS_LONG else _FOREIGN[:1]:
                    answer = browser.http.request(method, path, headers=headers, data={"next": "/"})
                    tried += 1
                    if answer.status_code not in {403, 404}:
                        wrong.append(f"{who} {method} {path} {headers}: {answer.status_code}")

    figure("changes in the name of visitors, by other sites", tried, wrong)


def test_the_shop_leads_to_its_own_pages_only(
    shop: RunningShop, browsers: dict[str, Browser], account: dict[str, str], figure: Figure
) -> None:
    wrong, tried = [], 0
    visitor, customer = browsers["visitor"], browsers["customer"]
    for target in _ELSEWHERE:
        for answer in (
            _signed_in(visitor.url, account, target),
            customer.http.get("/sign-in", params={"next": target}),
            customer.http.get("/register", params={"next": target}),
            customer.submit("/display", theme="dark", next=target),
            visitor.submit("/sign-out", next=target),
        ):
            tried += 1
            location = answer.headers.get("Location", answer.headers.get("HX-Redirect", "/"))
            if not _is_ours(location, visitor.url) or answer.status_code >= 500 or "evil" in str(answer.cookies):
                call = f"{answer.request.method} {answer.request.url.path}"
                wrong.append(f"{call} next={target!r}: {answer.status_code} {location!r}")

    figure("ways to be led elsewhere by `next`", tried, wrong)


def _signed_in(url: str, account: dict[str, str], target: str) -> httpx2.Response:
    with Browser(url) as newcomer:
        return newcomer.sign_in(account, next=target)


def _is_ours(location: str, url: str) -> bool:
    """As a browser understands it: a backslash is a slash, and white space at the edges is nothing."""
    understood = "".join(character for character in location if character not in "\t\r\n").strip().replace("\\", "/")
    return urlsplit(urljoin(f"{url}/", understood))[:2] == urlsplit(url)[:2]
