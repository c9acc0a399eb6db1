"""What holds for every page: it can be used by everybody (axe-core), fits screens of any width, and is light."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage
from tests.browser.pages import prepare_pages
from tests.browser.people import sign_in_as_staff
from tests.running_shop import RunningShop

_GUIDELINES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_RULES = {"runOnly": [*_GUIDELINES, "best-practice"]}
_RULES_FOR_THE_ADMIN = {"runOnly": _GUIDELINES, "preload": False}
"""Most of its markup is Django's, with heads of columns that are empty. Its styles, which import others, are more than
axe can load by itself."""
_FIRST_PAGE_BYTES = 100_000
_OTHER_WIDTHS = (320, 768, 1024, 1600)
_WIDEST_MAIN = 1280


def violations(page: Page, rules: dict[str, Any]) -> list[str]:
    """What axe-core finds."""
    found: list[Any] = Axe().run(page, options=rules).response["violations"]
    return [f"{fault['id']}: {[node['html'][:150] for node in fault['nodes']]}" for fault in found]


def misfits(page: Page) -> Iterator[str]:
    """Widths at which the page has to be moved sideways, or its lines grow as long as the window is wide."""
    size = page.viewport_size
    assert size is not None
    for width in (*_OTHER_WIDTHS, size["width"]):
        page.set_viewport_size({"width": width, "height": size["height"]})
        if (needed := page.evaluate("document.documentElement.scrollWidth")) > width:
            yield f"needs {needed} of {width} pixels"
        if (broad := page.evaluate("document.querySelector('main').clientWidth")) > _WIDEST_MAIN:
            yield f"is {broad} pixels broad at {width}"


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
            found[path] = [*violations(page, _RULES), *misfits(page)]
    for path in pages.in_admin:
        clerk.goto(path)
        found[path] = violations(clerk, _RULES_FOR_THE_ADMIN)

    assert {path: texts for path, texts in found.items() if texts} == {}


def test_the_first_page_is_light_without_its_pictures(open_page: OpenPage) -> None:
    page = open_page()
    sizes: dict[str, int] = {}
    page.on("requestfinished", lambda request: sizes.update({request.url: request.sizes()["responseBodySize"]}))

    page.goto("/", wait_until="networkidle")

    assert sum(size for url, size in sizes.items() if "/media/" not in url) < _FIRST_PAGE_BYTES
