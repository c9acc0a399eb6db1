"""Carts, money that is short, changes of mind and small screens, in a real browser over the running shop."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.people import (
    ANY_LOOK,
    PAID,
    PATIENCE_MILLISECONDS,
    add_to_cart,
    buy,
    confirm,
    fill_in_registration,
    register,
    wait_for_wallet,
)
from tests.running_shop import RunningShop

Look = dict[str, Any]


@ANY_LOOK
def test_a_guest_fills_a_cart_registers_and_buys_it(shop: RunningShop, open_page: OpenPage, look: Look) -> None:
    mug, lamp = shop.new_product(price="18.50", stock=9), shop.new_product(price="46.00", stock=9)
    page = open_page(**look)
    add_to_cart(page, mug)
    add_to_cart(page, lamp)

    page.goto("/cart")
    page.get_by_role("link", name="To the checkout").click()
    page.get_by_role("main").get_by_role("link", name="Create an account").click()
    fill_in_registration(page)
    expect(page.get_by_role("main")).to_contain_text("€64.50")
    confirm(page)

    expect(page.get_by_text(PAID)).to_be_visible(timeout=PATIENCE_MILLISECONDS)
    assert shop.stock(mug) == (8, 0, 1)
    assert shop.stock(lamp) == (8, 0, 1)
    expect(page.locator("#cart-link .count")).to_have_count(0)


@ANY_LOOK
def test_who_is_short_of_money_tops_up_and_pays_again(shop: RunningShop, open_page: OpenPage, look: Look) -> None:
    product, page = shop.new_product(price="1005.00", stock=1), open_page(**look)
    wait_for_wallet(shop, register(page))
    page.goto(f"/products/{product['slug']}")
    buy(page)
    expect(page.get_by_text("The payment was declined.")).to_be_visible(timeout=PATIENCE_MILLISECONDS)

    page.get_by_role("link", name="Top up your wallet").click()
    page.locator("#top-up").get_by_label("Amount").fill("10")
    page.locator("#top-up").get_by_role("button", name="Top up").click()
    expect(page.get_by_text("€10.00 is in your wallet.")).to_be_visible()
    page.get_by_role("button", name="Pay again").click()

    expect(page.get_by_text(PAID)).to_be_visible(timeout=PATIENCE_MILLISECONDS)
    assert shop.stock(product) == (0, 0, 1)


@ANY_LOOK
def test_who_cancels_has_the_money_back(shop: RunningShop, open_page: OpenPage, look: Look) -> None:
    product, page = shop.new_product(price="100.00", stock=1), open_page(**look)
    wait_for_wallet(shop, register(page))
    page.goto(f"/products/{product['slug']}")
    buy(page)
    expect(page.get_by_text(PAID)).to_be_visible(timeout=PATIENCE_MILLISECONDS)

    page.get_by_text("Cancel the order").click()
    page.get_by_role("button", name="Yes, cancel it").click()
    expect(page.get_by_text("This order was cancelled. The money is back in your wallet.")).to_be_visible(
        timeout=PATIENCE_MILLISECONDS
    )

    page.goto("/wallet")
    expect(page.get_by_role("heading", level=1)).to_have_text("€1,000.00")
    assert shop.stock(product) == (1, 0, 0)


@ANY_LOOK
def test_two_tabs_with_one_cart_buy_it_once(shop: RunningShop, open_page: OpenPage, look: Look) -> None:
    product, page = shop.new_product(price="5.00", stock=9), open_page(**look)
    register(page)
    add_to_cart(page, product)
    other = page.context.new_page()
    for tab in (page, other):
        tab.goto("/checkout")

    confirm(page)
    other.get_by_role("button", name=re.compile("Buy for")).click()

    expect(other.get_by_text("Your cart was ordered already")).to_be_visible()
    expect(other.locator(".order-row")).to_have_count(1)
    assert sum(shop.stock(product)[1:]) == 1


@ANY_LOOK
def test_going_back_after_buying_leads_to_the_order(shop: RunningShop, open_page: OpenPage, look: Look) -> None:
    product, page = shop.new_product(price="5.00", stock=9), open_page(**look)
    register(page)
    page.goto(f"/products/{product['slug']}")
    page.get_by_role("button", name="Buy now").click()
    confirm(page)
    order = page.url

    page.go_back()

    expect(page).to_have_url(order)
    assert sum(shop.stock(product)[1:]) == 1


def test_who_has_a_card_declined_pays_from_the_wallet(shop: RunningShop, open_page: OpenPage) -> None:
    product, page = shop.new_product(price="5.00", stock=9), open_page()
    wait_for_wallet(shop, register(page))
    page.goto(f"/products/{product['slug']}")
    page.get_by_role("button", name="Buy now").click()
    # In development the page offers test cards; here one is chosen as a developer would.
    page.get_by_label("How to pay").evaluate("(select) => select.add(new Option('', 'sandbox-card:declined'))")
    page.get_by_label("How to pay").select_option("sandbox-card:declined")
    confirm(page)
    expect(page.get_by_text("Your card was declined.").first).to_be_visible(timeout=PATIENCE_MILLISECONDS)

    page.get_by_label("How to pay").select_option("Your wallet")
    page.get_by_role("button", name="Pay again").click()

    expect(page.get_by_text(PAID)).to_be_visible(timeout=PATIENCE_MILLISECONDS)
    expect(page.locator(".timeline")).to_contain_text("Paid from your wallet")
    assert shop.stock(product) == (8, 0, 1)


def test_news_about_what_was_done_goes_by_itself(shop: RunningShop, open_page: OpenPage) -> None:
    product, page = shop.new_product(), open_page()
    page.clock.install()
    page.goto(f"/products/{product['slug']}")
    page.get_by_role("button", name="Add to cart").click()
    page.clock.run_for(1_000)
    expect(page.get_by_text("is in your cart.")).to_be_visible()

    page.clock.run_for(10_000)

    expect(page.get_by_text("is in your cart.")).to_have_count(0)


def test_filters_stay_in_the_address_and_back_undoes_them(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/products")
    page.get_by_role("link", name="Price: low to high").click()
    expect(page).to_have_url(re.compile(r"ordering=price"))
    page.get_by_label("In stock").check()
    expect(page).to_have_url(re.compile(r"in_stock=1"))

    page.go_back()

    expect(page).to_have_url(re.compile(r"\?ordering=price$"))
    expect(page.get_by_label("In stock")).not_to_be_checked()


def test_suggestions_are_reached_by_the_arrow_keys(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/")

    page.get_by_label("Search the shop").press_sequentially("stonewa")
    expect(page.locator("#suggestions a").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile("/products/stoneware-mug"))


def test_the_chosen_theme_and_language_stay(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/products")
    page.get_by_role("button", name="Dark").click()
    page.get_by_role("button", name="Русский").click()
    page.goto("/")

    assert _background(page) == "rgb(21, 23, 21)"
    expect(page.get_by_role("heading", level=1)).to_have_text("Вещи, которые хочется сохранить")


def _background(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))
