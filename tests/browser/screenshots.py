"""Pictures of every page, in both themes and three widths, into screenshots/, to be looked at (`make screenshots`).

And the three that the README shows, small, into docs/images/.
"""

import re
from io import BytesIO
from itertools import product
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from stack.shop import ROOT
from tests.browser.conftest import OpenPage
from tests.browser.pages import prepare_pages
from tests.browser.people import PAID, PATIENCE_MILLISECONDS, buy, register, sign_in_as_staff, wait_for_wallet
from tests.running_shop import RunningShop

_FOLDER = ROOT / "screenshots"
_README_FOLDER = ROOT / "docs" / "images"
_README_BYTES = 120_000
_ID = re.compile("[0-9a-f]{8}-[0-9a-f-]{27}")
_SHOW_ALL_PICTURES = """
    Promise.all([...document.images].map((image) => {
      image.loading = "eager";
      return image.decode().catch(() => "there is none");
    }))
"""


def settle(page: Page) -> None:
    """Have everything on the page that a reader would find there after a look around."""
    page.evaluate(_SHOW_ALL_PICTURES)


def picture(page: Page, path: str, file: Path) -> None:
    page.goto(path)
    settle(page)
    page.screenshot(path=file, full_page=True)


def name_of(path: str) -> str:
    path = _ID.sub("one", path)
    return re.sub(r"[^a-z]+", "-", path.partition("127.0.0.1")[2] or path).strip("-") or "home"


def test_picture_what_the_readme_shows(shop: RunningShop, open_page: OpenPage) -> None:
    look = {"viewport": {"width": 1200, "height": 800}}
    light, dark = open_page(**look), open_page(**look, color_scheme="dark")
    light.goto("/")
    save_small(light, "front-page")
    dark.goto("/products")
    save_small(dark, "catalogue-in-the-dark")
    wait_for_wallet(shop, register(light))
    light.goto("/products/stoneware-mug")
    buy(light)
    expect(light.get_by_text(PAID)).to_be_visible(timeout=PATIENCE_MILLISECONDS)
    save_small(light, "paid-order")


def save_small(page: Page, name: str) -> None:
    settle(page)
    made = BytesIO()
    Image.open(BytesIO(page.screenshot())).save(made, "WEBP", quality=78, method=6)
    assert made.tell() <= _README_BYTES
    _README_FOLDER.mkdir(parents=True, exist_ok=True)
    (_README_FOLDER / f"{name}.webp").write_bytes(made.getvalue())


@pytest.mark.timeout(900)  # more than a hundred pictures
def test_picture_every_page(shop: RunningShop, open_page: OpenPage) -> None:
    for scheme, width in product(("light", "dark"), (1280, 390, 1600)):
        look = {"color_scheme": scheme, "viewport": {"width": width, "height": 844}}
        user, guest, clerk = open_page(**look), open_page(**look, expected_statuses=[404]), open_page(**look)
        pages = prepare_pages(shop, user)
        sign_in_as_staff(shop, clerk, "/backoffice/")
        for who, page, paths in (
            ("guest", guest, pages.for_guests),
            ("user", user, pages.for_users),
            ("staff", clerk, pages.for_staff),
        ):
            for path in paths:
                picture(page, path, _FOLDER / f"{scheme}-{width}" / f"{who}-{name_of(path)}.png")


@pytest.mark.parametrize("width", [1280, 390])
def test_picture_an_order_in_trouble_and_in_russian(shop: RunningShop, open_page: OpenPage, width: int) -> None:
    costly, page = (
        shop.new_product(price="5000.00", name="Grand piano"),
        open_page(viewport={"width": width, "height": 844}),
    )
    wait_for_wallet(shop, register(page))
    page.goto(f"/products/{costly['slug']}")
    buy(page)
    expect(page.get_by_text("The payment was declined.")).to_be_visible(timeout=PATIENCE_MILLISECONDS)
    picture(page, page.url, _FOLDER / f"light-{width}" / "user-order-declined.png")

    page.goto("/products")
    page.get_by_role("button", name="Русский").click()
    for path in ("/", "/products", "/orders", "/wallet", "/account", "/account/preferences", "/cart"):
        picture(page, path, _FOLDER / f"russian-{width}" / f"user-{name_of(path)}.png")
