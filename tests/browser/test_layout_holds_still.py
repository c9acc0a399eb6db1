"""Nothing moves under the reader's eyes: neither while a page loads, nor when an order changes its state."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.people import PAID, PATIENCE_MILLISECONDS, PHONE, add_to_cart, confirm, register, wait_for_wallet
from tests.running_shop import RunningShop

_MOST_SHIFT = 0.02
"""Of the window, as `layout-shift` entries count it; Google calls anything below 0.1 good."""
_OBSERVE = """
    window.shift = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
"""
_TWO_FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def shift(page: Page) -> float:
    page.evaluate(_TWO_FRAMES)
    return float(page.evaluate("window.shift"))


@pytest.mark.parametrize("look", [{"viewport": {"width": 1280, "height": 800}}, PHONE], ids=["desktop", "phone"])
def test_nothing_shifts_from_the_front_page_to_the_paid_order(
    shop: RunningShop, open_page: OpenPage, look: dict[str, object]
) -> None:
    product, page, shifts = shop.new_product(price="5.00"), open_page(**look), {}
    user_id = wait_for_wallet(shop, register(page))
    add_to_cart(page, product)
    page.context.add_init_script(_OBSERVE)

    for path in ("/", "/products", f"/products/{product['slug']}", "/cart", "/checkout"):
        page.goto(path, wait_until="networkidle")
        shifts[path] = shift(page)
    with shop.held_up("payment", "SELECT FROM wallets WHERE user_id = %s FOR UPDATE", user_id):
        confirm(page)
        expect(page.get_by_text("We have your order.")).to_be_visible()
    expect(page.get_by_text(PAID)).to_be_visible(timeout=PATIENCE_MILLISECONDS)
    shifts["order"] = shift(page)

    assert {path: value for path, value in shifts.items() if value >= _MOST_SHIFT} == {}


def test_nothing_moves_for_who_wants_no_motion(shop: RunningShop, open_page: OpenPage) -> None:
    product, page = shop.new_product(price="5.00"), open_page(reduced_motion="reduce")
    user_id = wait_for_wallet(shop, register(page))
    page.goto(f"/products/{product['slug']}")
    page.get_by_role("button", name="Buy now").click()

    with shop.held_up("payment", "SELECT FROM wallets WHERE user_id = %s FOR UPDATE", user_id):
        confirm(page)
        expect(page.locator(".timeline .waiting")).to_be_visible()
        moving = page.evaluate("document.getAnimations().length")

    assert moving == 0


def test_a_second_page_fetches_no_style_or_script_again(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/", wait_until="networkidle")

    page.goto("/products", wait_until="networkidle")

    fetched = page.evaluate(
        "performance.getEntriesByType('resource').filter((one) => one.transferSize > 0).map((one) => one.name)"
    )
    assert [url for url in fetched if re.search(r"/static/.*\.(css|js)$", url)] == []
