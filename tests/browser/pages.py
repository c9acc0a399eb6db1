"""Every page of the shop, with people to whom they are open, and with something on each."""

from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.browser.operations import park_poison
from tests.browser.people import add_to_cart, buy, register
from tests.running_shop import RunningShop
from tests.shop_client import Json
from tests.waiting import wait_until


@dataclass(frozen=True)
class ShopPages:
    for_guests: list[str]
    for_users: list[str]
    for_staff: list[str]
    in_admin: list[str]


def prepare_pages(shop: RunningShop, page: Page) -> ShopPages:
    """Registers a user in this page's browser, who has bought something and has something else in the cart."""
    register(page)
    page.goto("/products/stoneware-mug")
    buy(page)
    expect(page.get_by_text("your order is paid")).to_be_visible()
    order = page.url
    add_to_cart(page, {"slug": "cast-iron-casserole"})
    mug = shop.visitor.read("product", "/api/v1/products/stoneware-mug")
    parked = park_poison(shop)
    return ShopPages(
        for_guests=[
            "/",
            "/products",
            "/products?search=lamp&in_stock=1",
            "/products?search=nothingofthekind",
            "/products/stoneware-mug",
            "/cart",
            "/sign-in",
            "/register",
            "/nowhere",
            "/forgotten-password",
            "/password-reset?token=x",
            "/email-change?token=x",
            "/email-confirmation?token=x",
        ],
        for_users=[
            "/cart",
            "/checkout",
            "/orders",
            order,
            "/wallet",
            "/account",
            "/account/preferences",
            "/account/security",
            "/account/email",
            "/account/deletion",
        ],
        for_staff=[
            "/backoffice/",
            "/backoffice/orders",
            "/backoffice/orders?stage=on_the_way",
            f"/backoffice/refunds?order={_shipped(shop, mug)}",
            "/backoffice/stock",
            "/backoffice/products",
            "/backoffice/products?search=nothingofthekind",
            "/backoffice/products/new",
            f"/backoffice/products/{mug['id']}",
            "/backoffice/import",
            _imported(shop),
            "/backoffice/operations",
            "/backoffice/operations/parked/product",
            "/backoffice/operations/parked/payment",
            f"/backoffice/operations/parked/payment/{parked}",
            "/backoffice/operations/reconciliation",
            "/backoffice/operations/events",
        ],
        in_admin=[
            "/admin/",
            "/admin/catalogue/product/",
            "/admin/catalogue/product/add/",
            f"/admin/catalogue/product/{mug['id']}/change/",
            "/admin/catalogue/category/",
            "/admin/orders/order/",
            f"/admin/orders/order/{order.rsplit('/', 1)[-1]}/change/",
            "/admin/messaging/parkedmessage/",
            "/admin/webhooks/webhookdelivery/",
            "/admin/admin/logentry/",
        ],
    )


def _shipped(shop: RunningShop, product: Json) -> str:
    """The number of an order that is on its way."""
    customer = shop.new_customer()
    order = customer.wait_for(customer.buy(product)["id"], "paid")
    shop.staff.post("product", f"/api/v1/orders/{order['id']}/ship", {"carrier": "DHL", "tracking": "JD0146"})
    return str(order["number"])


def _imported(shop: RunningShop) -> str:
    """The page of a file with bad rows, large enough to be kept."""
    header, text = "Handle,Title,Variant SKU,Variant Inventory Qty,Variant Price,Body (HTML)", "x" * 100_000
    rows = [f"lamp-{number},Lamp,LAMP-{number},many,1.00,{text}" for number in range(12)]
    content, headers = "\n".join([header, *rows]).encode(), {"Content-Type": "text/csv"}
    job = shop.staff.call("POST", "product", "/api/v1/products/import", content=content, headers=headers).json()
    ended = "SELECT id FROM product_imports WHERE id = %s AND finished_at IS NOT NULL"
    wait_until(lambda: shop.rows("product", ended, job["id"]))
    return f"/backoffice/import/{job['id']}"
