"""A product that makes no sense: a problem that names the place, and nothing has changed."""

import pytest

from servicekit.ids import new_id
from tests.problems import assert_invalid, assert_problem
from tests.running_shop import RunningShop
from tests.shop_client import JSON_TYPE, Json, ascii_json

NUL, LONE_SURROGATE = "a\x00b", "\ud800"
BAD_PRODUCTS: dict[str, tuple[Json, str]] = {
    "no name": ({"name": None}, "/name"),
    "an empty name": ({"name": ""}, "/name"),
    "a NUL in the name": ({"name": NUL}, "/name"),
    "a lone surrogate in the name": ({"name": LONE_SURROGATE}, "/name"),
    "a long name": ({"name": "x" * 201}, "/name"),
    "a number for a name": ({"name": 7}, "/name"),
    "a price as a number": ({"price": 19.99}, "/price"),
    "a price with three decimals": ({"price": "19.999"}, "/price"),
    "a price below zero": ({"price": "-1.00"}, "/price"),
    "a price in words": ({"price": "a lot"}, "/price"),
    "an endless price": ({"price": "9" * 40}, "/price"),
    "a price of infinity": ({"price": "Infinity"}, "/price"),
    "an unknown currency": ({"currency": "XYZ", "price": "1.00"}, "/currency"),
    "less than no stock": ({"stock": -1}, "/stock"),
    "stock as a string": ({"stock": "5"}, "/stock"),
    "more stock than a number holds": ({"stock": 10**20}, "/stock"),
    "an unknown category": ({"category": "no-such-category"}, "/category"),
    "a category with a NUL": ({"category": NUL}, "/category"),
    "a category with a lone surrogate": ({"category": LONE_SURROGATE}, "/category"),
    "an unknown field": ({"discount": "1.00"}, "/discount"),
    "a version of one's own": ({"version": 7}, "/version"),
    "an id of one's own": ({"id": str(new_id())}, "/id"),
    "a visibility in words": ({"is_active": "yes"}, "/is_active"),
}


@pytest.mark.parametrize(("change", "pointer"), BAD_PRODUCTS.values(), ids=BAD_PRODUCTS.keys())
def test_a_wrong_change_of_a_product_is_refused(shop: RunningShop, product: Json, change: Json, pointer: str) -> None:
    path = f"/api/v1/products/{product['id']}"

    answer = shop.staff.call("PATCH", "product", path, content=ascii_json(change), headers=JSON_TYPE)

    assert_invalid(answer, pointer)
    assert shop.visitor.read("product", path) == product
    assert shop.stock(product) == (100, 0, 0)


@pytest.mark.parametrize(("change", "pointer"), BAD_PRODUCTS.values(), ids=BAD_PRODUCTS.keys())
def test_a_wrong_new_product_is_refused(shop: RunningShop, product: Json, change: Json, pointer: str) -> None:
    sku = f"REFUSED-{new_id().hex[-12:]}"
    good = {"sku": sku, "name": "Good", "category": product["category"]["slug"], "price": "1.00", "currency": "EUR"}

    answer = shop.staff.call(
        "POST", "product", "/api/v1/products", content=ascii_json(good | change), headers=JSON_TYPE
    )

    assert_invalid(answer, pointer)
    assert shop.rows("product", "SELECT FROM products WHERE sku = %s", sku) == []


def test_a_taken_sku_is_refused(shop: RunningShop, product: Json) -> None:
    body = {"sku": product["sku"], "name": "Twin", "category": product["category"]["slug"]}

    answer = shop.staff.post("product", "/api/v1/products", body | {"price": "1.00", "currency": "EUR"})

    assert_problem(answer, 409)
