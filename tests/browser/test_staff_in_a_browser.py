"""The shop-keeper's day in a real browser: an order is shipped, a file imported, a product given its pictures."""

import re

import pytest
from playwright.sync_api import FilePayload, expect

from tests.browser.conftest import OpenPage
from tests.browser.people import PATIENCE_MILLISECONDS, buy, register, sign_in_as_staff, wait_for_wallet
from tests.pictures import make_picture
from tests.running_shop import RunningShop
from tests.waiting import wait_until

HEADER = "Handle,Title,Variant SKU,Variant Inventory Qty,Variant Price"


def picture_of(side: int) -> FilePayload:
    return {"name": f"{side}.png", "mimeType": "image/png", "buffer": make_picture("PNG", size=(side, side))}


def test_staff_ships_an_order_in_place_and_the_customers_page_shows_it(shop: RunningShop, open_page: OpenPage) -> None:
    product, customer, staff = shop.new_product(stock=9), open_page(), open_page()
    wait_for_wallet(shop, register(customer))
    customer.goto(f"/products/{product['slug']}")
    buy(customer)
    expect(customer.get_by_text("your order is paid")).to_be_visible(timeout=PATIENCE_MILLISECONDS)
    order_id = customer.url.rpartition("/")[2]
    sign_in_as_staff(shop, staff, "/backoffice/orders")
    row = staff.locator(f"#order-{order_id}")
    while not row.is_visible():  # the oldest come first, and other tests have bought as well
        with staff.expect_navigation():
            staff.get_by_role("link", name="Next").click()
    staff.evaluate("window.wasNotReloaded = true")

    row.get_by_label("Carrier").fill("Royal Mail")
    row.get_by_label("Tracking").fill("RM123")
    row.get_by_role("button", name="Ship").click()

    expect(row.get_by_role("status")).to_have_text("Shipped. Royal Mail, tracking number RM123")
    expect(row.get_by_role("status")).to_be_focused()
    row.get_by_role("button", name="Mark as delivered").click()
    expect(row.get_by_role("status")).to_contain_text("Delivered.")
    assert staff.evaluate("window.wasNotReloaded") is True
    customer.reload()
    expect(customer.get_by_role("main")).to_contain_text("Royal Mail, tracking number RM123")


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_a_large_file_is_imported_and_its_progress_followed(
    shop: RunningShop, open_page: OpenPage, java_script_enabled: bool
) -> None:
    page = open_page(java_script_enabled=java_script_enabled)
    rows = [f"nothing-{number},Nothing {number},NOTHING-{number},many,1.00" for number in range(1001)]
    content = "\n".join([HEADER, *rows]).encode()
    sign_in_as_staff(shop, page, "/backoffice/import")

    page.set_input_files("input[type=file]", {"name": "rows.csv", "mimeType": "text/csv", "buffer": content})
    page.get_by_role("main").get_by_role("button", name="Import").click()

    expect(page).to_have_url(re.compile("/backoffice/import/[0-9a-f-]{36}"))
    expect(page.get_by_text("line 1,002 of 1,002")).to_be_visible(timeout=PATIENCE_MILLISECONDS)
    expect(page.locator("#import .heaps")).to_contain_text("1,001")
    expect(page.get_by_text("must be a whole number").first).to_be_visible()


def test_a_product_is_edited_and_given_pictures_which_the_shop_shows(shop: RunningShop, open_page: OpenPage) -> None:
    product, page = shop.new_product(stock=9), open_page()
    sign_in_as_staff(shop, page, f"/backoffice/products/{product['id']}")

    page.get_by_label("Name").fill("A lamp of brass")
    page.locator("form.panel").get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A lamp of brass")
    page.get_by_label("New pictures").set_input_files([picture_of(200), picture_of(300)])
    expect(page.locator(".pictures > li")).to_have_count(2)
    page.locator(".pictures > li").nth(1).get_by_role("button", name="Earlier").click()
    expect(page.locator(".pictures img").first).to_have_attribute("width", "300")

    page.get_by_role("link", name="See it in the shop").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A lamp of brass")
    expect(page.locator(".gallery .strip img")).to_have_count(2)


def test_two_clicks_count_pieces_once(shop: RunningShop, open_page: OpenPage) -> None:
    product, page = shop.new_product(stock=1), open_page()
    sign_in_as_staff(shop, page, f"/backoffice/products/{product['id']}")
    row = page.locator(f"#stock-{product['id']}")

    row.get_by_label("Pieces in or out").fill("5")
    row.get_by_role("button", name="Count").dblclick()

    expect(row.get_by_role("status")).to_have_text("+5 pieces counted.")
    wait_until(lambda: shop.stock(product) == (6, 0, 0))
