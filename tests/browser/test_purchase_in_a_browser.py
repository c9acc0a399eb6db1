"""A stranger comes to the shop with a browser, registers, buys, and sees the order paid."""

import re
from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.people import (
    ANY_LOOK,
    PAID,
    PATIENCE_MILLISECONDS,
    buy,
    fill_in_registration,
    register,
    wait_for_wallet,
)
from tests.running_shop import RunningShop
from tests.shop_client import PASSWORD


def test_the_order_page_turns_to_paid_by_itself(shop: RunningShop, open_page: OpenPage) -> None:
    product, page = shop.new_product(price="19.99", stock=7), open_page()
    user_id = wait_for_wallet(shop, register(page))
    page.goto(f"/products/{product['slug']}")
    with shop.held_up("payment", "SELECT FROM wallets WHERE user_id = %s FOR UPDATE", user_id):
        buy(page)
        expect(page.get_by_text("We have your order.")).to_be_visible()
        page.evaluate("window.wasNotReloaded = true")

    expect(page.get_by_text(PAID)).to_be_visible(timeout=PATIENCE_MILLISECONDS)

    assert page.evaluate("window.wasNotReloaded") is True
    assert shop.stock(product) == (6, 0, 1)


def test_all_of_it_works_without_javascript(shop: RunningShop, open_page: OpenPage) -> None:
    product, page = shop.new_product(price="19.99", stock=7), open_page(java_script_enabled=False)
    register(page)
    page.goto(f"/products/{product['slug']}")
    buy(page)

    expect(page.get_by_text(PAID)).to_be_visible(timeout=PATIENCE_MILLISECONDS)

    assert shop.stock(product) == (6, 0, 1)


def test_a_visitor_finds_a_product_and_is_asked_to_sign_in_only_when_buying(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/")
    first = page.locator(".grid .card:not(.sold-out) h3 a").first
    name = first.inner_text()

    first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    page.get_by_role("button", name="Buy now").click()
    expect(page).to_have_url(re.compile("/sign-in"))
    page.get_by_role("main").get_by_role("link", name="Create an account").click()
    fill_in_registration(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("Check and confirm")
    expect(page.get_by_role("main")).to_contain_text(name)


def test_a_declined_payment_is_told_in_plain_words(shop: RunningShop, open_page: OpenPage) -> None:
    product, page = shop.new_product(price="5000.00", stock=1), open_page()
    register(page)
    page.goto(f"/products/{product['slug']}")
    buy(page)

    expect(page.get_by_text("The payment was declined.")).to_be_visible(timeout=PATIENCE_MILLISECONDS)

    expect(page.get_by_role("main")).to_contain_text("not enough money in your wallet")
    assert shop.stock(product) == (0, 1, 0)


@ANY_LOOK
def test_a_second_press_of_the_button_buys_nothing_more(
    shop: RunningShop, open_page: OpenPage, look: dict[str, Any]
) -> None:
    product, page = shop.new_product(price="1.00", stock=7), open_page(**look)
    register(page)
    page.goto(f"/products/{product['slug']}")
    page.get_by_role("button", name="Buy now").click()

    page.get_by_role("button", name=re.compile("Buy for")).dblclick()
    expect(page).to_have_url(re.compile("/orders"))
    page.goto("/orders")

    expect(page.locator(".order-row")).to_have_count(1)
    assert sum(shop.stock(product)[1:]) == 1


def test_signing_out_and_in_again_leads_back_to_the_orders(shop: RunningShop, open_page: OpenPage) -> None:
    page = open_page()
    username = register(page)
    page.locator("details.menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.goto("/orders")

    page.get_by_label("Username or e-mail").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()

    expect(page).to_have_url(re.compile("/orders$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("My orders")
