"""What people set about themselves, and what the shop then looks like to them."""

import os
import re
from io import BytesIO

from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.people import PATIENCE_MILLISECONDS, add_to_cart, confirm, register, wait_for_wallet
from tests.running_shop import RunningShop
from tests.shop_client import PASSWORD


def large_picture() -> bytes:
    """Between 3 and 5 MiB, as telephones take them: noise cannot be compressed."""
    made = BytesIO()
    Image.frombytes("RGB", (1200, 1000), os.urandom(3_600_000)).save(made, "PNG", compress_level=1)
    return made.getvalue()


def test_a_picture_is_seen_before_it_is_saved(open_page: OpenPage) -> None:
    page, content = open_page(), large_picture()
    register(page)
    page.goto("/account")

    page.get_by_label("Picture").set_input_files({"name": "me.png", "mimeType": "image/png", "buffer": content})
    expect(page.locator("#avatar-preview canvas")).to_be_visible()
    page.get_by_role("button", name="Save picture").click()

    assert 3_000_000 < len(content) < 5_242_880
    expect(page.get_by_text("Your picture is saved.")).to_be_visible()
    assert page.locator("#avatar-preview img").evaluate("(image) => image.naturalWidth") == 256


def test_a_picture_is_saved_without_javascript_too(open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False)
    register(page)
    page.goto("/account")

    page.get_by_label("Picture").set_input_files({"name": "me.png", "mimeType": "image/png", "buffer": large_picture()})
    page.get_by_role("button", name="Save picture").click()

    expect(page.get_by_text("Your picture is saved.")).to_be_visible()


def test_a_file_that_is_too_large_is_not_even_sent(open_page: OpenPage) -> None:
    page = open_page()
    register(page)
    page.goto("/account")
    page.get_by_label("Picture").set_input_files(
        {"name": "me.png", "mimeType": "image/png", "buffer": b"\x89PNG" + bytes(6_000_000)}
    )
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))

    page.get_by_role("button", name="Save picture").click()

    assert page.get_by_label("Picture").evaluate("(input) => input.validationMessage") == "This file is too large."
    assert "POST" not in sent


def test_preferences_change_every_page_and_come_along_to_another_browser(
    shop: RunningShop, open_page: OpenPage
) -> None:
    page, other = open_page(), open_page()
    username = register(page)
    page.goto("/account/preferences")
    chosen = {"Language": "ru", "Theme": "dark", "Time zone": "Asia/Tokyo", "Days": "DD.MM.YYYY"}
    for label, value in chosen.items():
        page.get_by_role("main").get_by_label(label).select_option(value)
    page.get_by_label("Text messages (SMS)").check()
    page.get_by_role("button", name="Save preferences").click()
    expect(page.get_by_text("Настройки сохранены.")).to_be_visible()
    expect(page.get_by_label("SMS-сообщения")).to_be_checked()

    other.goto("/sign-in?next=/wallet")
    other.get_by_label("Username or e-mail").fill(username)
    other.get_by_label("Password").fill(PASSWORD)
    other.get_by_role("main").get_by_role("button", name="Sign in").click()
    wait_for_wallet(shop, username)
    other.goto("/wallet")

    assert other.evaluate("document.documentElement.lang") == "ru"
    assert other.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(21, 23, 21)"
    expect(other.get_by_role("heading", level=1)).to_have_text("1\u00a0000,00\u00a0€")
    expect(other.get_by_role("main")).to_contain_text(re.compile(r"\d\d\.\d\d\.\d{4}"))
    expect(other.get_by_role("main")).not_to_contain_text("UTC")


def test_a_session_that_ends_in_mid_checkout_costs_one_sign_in_and_nothing_else(
    shop: RunningShop, open_page: OpenPage
) -> None:
    product, page = shop.new_product(price="5.00", stock=9), open_page()
    username = register(page)
    wait_for_wallet(shop, username)
    add_to_cart(page, product)
    page.goto(f"/products/{product['slug']}")
    page.get_by_label("Quantity").fill("3")
    page.get_by_role("button", name="Buy now").click()
    expect(page.get_by_role("button", name="Buy for €15.00")).to_be_visible()

    shop.visitor.sign_in(username=username, password=PASSWORD).post("auth", "/logout?all=true")
    other = page.context.new_page()
    for _ in range(100):
        other.goto("/orders")
        if "/sign-in" in other.url:
            break
        other.wait_for_timeout(100)
    page.get_by_role("button", name="Buy for €15.00").click()
    expect(page.get_by_text("Your session has ended.")).to_be_visible()
    page.get_by_label("Username or e-mail").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Buy for €15.00")).to_be_visible()
    confirm(page)

    expect(page.get_by_text("your order is paid")).to_be_visible(timeout=PATIENCE_MILLISECONDS)
    expect(page.locator("#cart-link .count")).to_have_text("1")
    assert shop.stock(product) == (6, 0, 3)
