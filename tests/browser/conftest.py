"""A real chromium that can reach nothing but this machine, and a record of what it complained about.

Run these by a call of pytest of their own: Playwright and pytest-asyncio do not share a process.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests import shop_process
from tests.own_shop import machinery, shop
from tests.running_shop import RunningShop

__all__ = ["machinery", "shop"]

_ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
]

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def shop_settings() -> dict[str, str]:
    """Production's, but for the card that is none: there is something to choose at the checkout."""
    return shop_process.SETTINGS | {"ENVIRONMENT": "test", "PAYMENT_SANDBOX_CARD": "true"}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser, shop: RunningShop) -> Iterator[OpenPage]:
    """Opens a page in a browser profile of its own. It takes the options of a Playwright context.

    At the end of the test it fails when a page complained, in the console or by an error, or asked another host. What
    chromium says of an answer whose status is among `expected_statuses` is no complaint.
    """
    complaints: list[str] = []
    own_hosts = {urlsplit(shop.addresses.urls["product"]).netloc}

    def note_request(url: str) -> None:
        if urlsplit(url).netloc not in own_hosts and not url.startswith(("data:", "about:")):
            complaints.append(f"asked another host: {url}")

    def note_failure(url: str, failure: str) -> None:
        if failure != "net::ERR_ABORTED":  # the visitor went on before the answer came
            complaints.append(f"failed: {url} {failure}")

    def note_console(kind: str, text: str, expected: Collection[int]) -> None:
        if kind in {"error", "warning"} and not any(f"a status of {status}" in text for status in expected):
            complaints.append(f"console: {text}")

    with ExitStack() as stack:

        def open_one(*, expected_statuses: Collection[int] = (), **options: Any) -> Page:
            context = browser.new_context(base_url=shop.addresses.urls["product"], **options)
            stack.callback(context.close)
            page = context.new_page()
            page.set_default_timeout(20_000)
            page.on("console", lambda message: note_console(message.type, message.text, expected_statuses))
            page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
            page.on("request", lambda request: note_request(request.url))
            page.on("requestfailed", lambda request: note_failure(request.url, str(request.failure)))
            return page

        yield open_one
    assert complaints == []
