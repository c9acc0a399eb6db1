"""What visitors do with a browser."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from servicekit.ids import new_id
from tests.running_shop import RunningShop
from tests.shop_client import PASSWORD, Json
from tests.waiting import wait_until

PAID = re.compile("your order is paid")
PATIENCE_MILLISECONDS = 20_000

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
ANY_LOOK = pytest.mark.parametrize(
    "look", [{}, PHONE, {"java_script_enabled": False}], ids=["desktop", "phone", "no-script"]
)
"""How a buyer's browser may be: a purchase works with each."""


def register(page: Page) -> str:
    page.goto("/register")
    return fill_in_registration(page)


def fill_in_registration(page: Page) -> str:
    """Returns the new user's name, signed in."""
    username = f"visitor-{new_id().hex[-12:]}"
    page.get_by_label("Username").fill(username)
    page.get_by_label("E-mail").fill(f"{username}@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Register").click()
    expect(page.locator("details.menu summary").first).to_be_visible()
    return username


def wait_for_wallet(shop: RunningShop, username: str) -> str:
    """The user's id, once payment has heard of them."""
    ((user_id,),) = shop.rows("auth", "SELECT id::text FROM users WHERE username = %s", username)
    wait_until(lambda: shop.rows("payment", "SELECT id FROM wallets WHERE user_id = %s", user_id))
    return str(user_id)


def add_to_cart(page: Page, product: Json) -> None:
    page.goto(f"/products/{product['slug']}")
    page.get_by_role("button", name="Add to cart").click()
    expect(page.locator("#cart-link .count")).to_be_visible()


def buy(page: Page) -> None:
    """From the product's page to that of the order."""
    page.get_by_role("button", name="Buy now").click()
    confirm(page)


def confirm(page: Page) -> None:
    """From the checkout to the page of the order."""
    page.get_by_role("button", name=re.compile("Buy for")).click()
    expect(page).to_have_url(re.compile("/orders/[0-9a-f-]{36}"))


def sign_in_as_staff(shop: RunningShop, page: Page, path: str) -> None:
    account = shop.addresses.accounts["staff"]
    page.goto(path)
    page.locator("input[name=username]").fill(account["username"])
    page.locator("input[name=password]").fill(account["password"])
    page.locator("input[name=password]").press("Enter")
    expect(page).to_have_url(re.compile(f"{path}$"))
