"""Every page of the shop, with people to whom they are open, and with something on each."""

from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.browser.operations import park_poison
from tests.browser.people import add_to_cart, buy, register
from tests.running_shop import RunningShop


@dataclass(frozen=True)
class ShopPages:
    for_guests: list[str]
    for_users: list[str]
    for_staff: list[str]


def prepare_pages(shop: RunningShop, page: Page) -> ShopPages:
    """Registers a user in this page's browser, who has bought something and has something else in the cart."""
    register(page)
    page.goto("/products/stoneware-mug")
    buy(page)
    expect(page.get_by_text("your order is paid")).to_be_visible()
    order = page.url
    add_to_cart(page, {"slug": "cast-iron-casserole"})
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
            "/backoffice/operations",
            "/backoffice/operations/parked/product",
            "/backoffice/operations/parked/payment",
            f"/backoffice/operations/parked/payment/{parked}",
            "/backoffice/operations/reconciliation",
            "/backoffice/operations/events",
        ],
    )
