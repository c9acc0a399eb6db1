"""A member of staff works in the admin with a real browser, under the shop's policy for scripts and styles."""

from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.people import sign_in_as_staff
from tests.running_shop import RunningShop

PATIENCE_MILLISECONDS = 20_000


def test_every_kind_of_page_works_under_the_policy(shop: RunningShop, open_page: OpenPage) -> None:
    product, page = shop.new_product(), open_page()
    sign_in_as_staff(shop, page, "/admin/")

    for path in (
        "/admin/catalogue/product/",
        f"/admin/catalogue/product/{product['id']}/change/",
        "/admin/catalogue/product/add/",
        "/admin/catalogue/category/",
        "/admin/orders/order/",
        "/admin/messaging/parkedmessage/",
        "/admin/webhooks/webhookdelivery/",
        "/admin/admin/logentry/",
    ):
        page.goto(path)
        expect(page.locator("#content h1")).to_be_visible()


def test_staff_ships_an_order_and_its_timeline_shows_it(shop: RunningShop, open_page: OpenPage) -> None:
    customer, product, page = shop.new_customer(), shop.new_product(), open_page()
    order = customer.wait_for(customer.buy(product)["id"], "paid")
    sign_in_as_staff(shop, page, f"/admin/orders/order/{order['id']}/change/")

    page.get_by_label("carrier").fill("Royal Mail")
    page.get_by_role("button", name="Ship").click()

    expect(page.get_by_text("Shipped.")).to_be_visible(timeout=PATIENCE_MILLISECONDS)
    assert customer.order(order["id"])["fulfillment_status"] == "shipped"
