"""Pictures of every page, in both themes and two widths, into screenshots/, to be looked at (`make screenshots`)."""

import re
from itertools import product

import pytest

from stack.shop import ROOT
from tests.browser.conftest import OpenPage
from tests.browser.pages import prepare_pages
from tests.running_shop import RunningShop

_FOLDER = ROOT / "screenshots"
_SHOW_ALL_PICTURES = "for (const image of document.images) image.loading = 'eager'"


@pytest.mark.timeout(900)  # nearly a hundred pictures
def test_picture_every_page(shop: RunningShop, open_page: OpenPage) -> None:
    for scheme, width in product(("light", "dark"), (1280, 390)):
        look = {"color_scheme": scheme, "viewport": {"width": width, "height": 844}}
        user, guest = open_page(**look), open_page(**look)
        pages = prepare_pages(shop, user)
        for who, page, paths in (("guest", guest, pages.for_guests), ("user", user, pages.for_users)):
            for path in paths:
                page.goto(path)
                page.evaluate(_SHOW_ALL_PICTURES)
                page.wait_for_load_state("networkidle")
                name = re.sub(r"[^a-z]+", "-", path.partition("127.0.0.1")[2] or path).strip("-") or "home"
                page.screenshot(path=_FOLDER / f"{scheme}-{width}" / f"{who}-{name}.png", full_page=True)
