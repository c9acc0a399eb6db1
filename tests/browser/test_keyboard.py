"""A purchase with nothing but the keyboard, and the place where one is always in sight."""

import re

from playwright.sync_api import Page, expect

from servicekit.ids import new_id
from tests.browser.conftest import OpenPage
from tests.browser.people import PAID, PATIENCE_MILLISECONDS
from tests.running_shop import RunningShop
from tests.shop_client import PASSWORD

_MOST_STOPS = 60
_FOCUSED = """() => {
  const one = document.activeElement;
  const rings = [getComputedStyle(one), getComputedStyle(one, "::after"), getComputedStyle(one.parentElement)];
  const name = one.getAttribute("aria-label") || one.labels?.[0]?.innerText || one.innerText || "";
  return { name: name.trim(), hasRing: rings.some((style) => style.outlineStyle !== "none") };
}"""


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what is called so has the focus. Every stop on the way can be seen."""
    for _ in range(_MOST_STOPS):
        page.keyboard.press("Tab")
        focused = page.evaluate(_FOCUSED)
        assert focused["hasRing"], focused
        if re.search(name, focused["name"]):
            return
    raise AssertionError(f"Tab never reaches {name!r}")


def test_a_purchase_by_keyboard_alone(shop: RunningShop, open_page: OpenPage) -> None:
    product, page = shop.new_product(name="Harpsichord", price="19.99", stock=3), open_page()
    username = f"typist-{new_id().hex[-12:]}"
    page.goto("/")

    tab_to(page, "Skip to the content")
    tab_to(page, "Search the shop")
    page.keyboard.type("harpsich")
    expect(page.locator("#suggestions a").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(product["name"])
    tab_to(page, "^Buy now$")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/sign-in"))
    tab_to(page, "^Create an account$")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/register"))
    for label, text in (("Username", username), ("E-mail", f"{username}@example.com"), ("Password", PASSWORD)):
        tab_to(page, f"^{label}")
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check and confirm")
    tab_to(page, "^Buy for")
    page.keyboard.press("Enter")

    expect(page.get_by_text(PAID)).to_be_visible(timeout=PATIENCE_MILLISECONDS)
    assert shop.stock(product) == (2, 0, 1)


def test_escape_closes_a_menu_and_returns_to_its_button(open_page: OpenPage, shop: RunningShop) -> None:
    page = open_page()
    page.goto("/")
    page.get_by_label("Search the shop").press_sequentially("lamp")
    expect(page.locator("#suggestions a").first).to_be_visible()

    page.keyboard.press("Escape")

    expect(page.locator("#suggestions a")).to_have_count(0)
    expect(page.get_by_label("Search the shop")).to_be_focused()
