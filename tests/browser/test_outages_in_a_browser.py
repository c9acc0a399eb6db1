"""What buyers see, and what becomes of their orders, while a part of the shop is away."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from stack.shop import Shop
from tests.browser.conftest import OpenPage
from tests.browser.people import PAID, PHONE, buy, register, wait_for_wallet
from tests.running_shop import RunningShop

RETURN_MILLISECONDS = 60_000
PAYMENT = ("payment-web", "payment-relay", "payment-consumer")


@pytest.fixture(autouse=True)
def _repaired(machinery: Shop) -> Iterator[None]:
    """Whatever a test has stopped runs again after it."""
    yield
    machinery.rabbitmq.start()
    for name in PAYMENT:
        machinery.processes[name].start()
    for name in PAYMENT:
        machinery.processes[name].wait_until_healthy()


@pytest.fixture
def buyers(shop: RunningShop, open_page: OpenPage) -> list[Page]:
    """At a desk, with a phone, and without JavaScript; each has an account with money in it."""
    looks: tuple[dict[str, Any], ...] = ({}, PHONE, {"java_script_enabled": False})
    pages = [open_page(expected_statuses=[503], **look) for look in looks]
    for page in pages:
        wait_for_wallet(shop, register(page))
    return pages


def test_orders_are_taken_while_the_broker_is_down_and_paid_when_it_is_back(
    machinery: Shop, shop: RunningShop, buyers: list[Page]
) -> None:
    product = shop.new_product(price="19.99", stock=9)
    machinery.rabbitmq.kill()
    for page in buyers:
        page.goto(f"/products/{product['slug']}")
        buy(page)
        expect(page.get_by_text("We have your order.")).to_be_visible()
        expect(page.get_by_text("Waiting for the payment")).to_be_visible()
    assert shop.stock(product) == (6, 3, 0)

    machinery.rabbitmq.start()

    for page in buyers:
        expect(page.get_by_text(PAID)).to_be_visible(timeout=RETURN_MILLISECONDS)
    assert shop.stock(product) == (6, 0, 3)


def test_orders_are_taken_while_payment_is_down_and_the_rest_of_the_shop_works(
    machinery: Shop, shop: RunningShop, buyers: list[Page]
) -> None:
    product = shop.new_product(price="19.99", stock=9)
    for name in PAYMENT:
        machinery.processes[name].stop_at_once()
    for page in buyers:
        page.goto("/wallet")
        expect(page.get_by_role("heading", level=1)).to_have_text("Back in a moment")
        expect(page.get_by_role("link", name="Try again")).to_be_visible()
        page.goto(f"/products/{product['slug']}")
        page.get_by_role("button", name="Buy now").click()
        expect(page.get_by_role("main")).to_contain_text("not known right now")
        page.get_by_role("button", name=re.compile("Buy for")).click()
        expect(page.get_by_text("We have your order.")).to_be_visible()

    for name in PAYMENT:
        machinery.processes[name].start()

    for page in buyers:
        expect(page.get_by_text(PAID)).to_be_visible(timeout=RETURN_MILLISECONDS)
    assert shop.stock(product) == (6, 0, 3)


def test_accounts_are_away_and_the_shelves_are_open(machinery: Shop, shop: RunningShop, open_page: OpenPage) -> None:
    product, page = shop.new_product(), open_page(expected_statuses=[503])
    process = machinery.processes["auth-web"]
    process.kill()
    try:
        page.goto("/sign-in")
        page.get_by_label("Username or e-mail").fill("somebody")
        page.get_by_label("Password").fill("a password of mine")
        page.get_by_role("main").get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("alert")).to_contain_text("The rest of the shop works")

        page.goto(f"/products/{product['slug']}")
        page.get_by_role("button", name="Add to cart").click()
        expect(page.locator("#cart-link .count")).to_have_text("1")
    finally:
        process.start()
        process.wait_until_healthy()
