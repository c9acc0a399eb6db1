"""What holds for every page: it can be used by everybody (axe-core), fits small screens, and is light."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage
from tests.browser.pages import prepare_pages
from tests.browser.people import sign_in_as_staff
from tests.running_shop import RunningShop

_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
_FIRST_PAGE_BYTES = 100_000


def faults(page: Page) -> list[str]:
    """What axe-core finds, and whether the page is wider than its window."""
    found: list[Any] = Axe().run(page, options=_RULES).response["violations"]
    texts = [f"{fault['id']}: {[node['html'][:150] for node in fault['nodes']]}" for fault in found]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        texts.append("is wider than the window")
    return texts


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_everybody_can_use_every_page(shop: RunningShop, open_page: OpenPage, scheme: str, width: int) -> None:
    look = {"color_scheme": scheme, "viewport": {"width": width, "height": 844}}
    user, guest, clerk = open_page(**look), open_page(**look, expected_statuses=[404]), open_page(**look)
    pages = prepare_pages(shop, user)
    sign_in_as_staff(shop, clerk, "/backoffice/")
    found = {}

    for page, paths in ((guest, pages.for_guests), (user, pages.for_users), (clerk, pages.for_staff)):
        for path in paths:
            page.goto(path)
            found[path] = faults(page)

    assert {path: texts for path, texts in found.items() if texts} == {}


def test_the_first_page_is_light_without_its_pictures(open_page: OpenPage) -> None:
    page = open_page()
    sizes: dict[str, int] = {}
    page.on("requestfinished", lambda request: sizes.update({request.url: request.sizes()["responseBodySize"]}))

    page.goto("/", wait_until="networkidle")

    assert sum(size for url, size in sizes.items() if "/media/" not in url) < _FIRST_PAGE_BYTES
