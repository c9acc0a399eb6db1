"""The product list: filters, orders and pages."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.problems import assert_invalid, assert_problem
from tests.product.api import Api
from tests.product.factories import make_category, make_product


def names(api: Api, **query: Any) -> list[str]:
    response = api.get("/api/v1/products", query)
    assert response.status_code == 200, response.text
    return [product["name"] for product in response.json()["results"]]


def test_shows_the_newest_first(api: Api) -> None:
    for name in ("old", "newer", "newest"):
        make_product(name=name)

    assert names(api) == ["newest", "newer", "old"]


def test_shows_price_and_stock_as_they_are(api: Api) -> None:
    make_product(price_minor=1999, currency="EUR", on_hand=0)

    (product,) = api.get("/api/v1/products").json()["results"]

    assert (product["price"], product["currency"]) == ("19.99", "EUR")
    assert (product["stock"], product["in_stock"]) == (0, False)


def test_hides_what_is_not_for_sale(api: Api) -> None:
    make_product(name="for sale")
    make_product(name="hidden", is_active=False)

    assert names(api) == ["for sale"]


def test_staff_can_list_what_is_hidden(staff_api: Api) -> None:
    make_product(name="for sale")
    make_product(name="hidden", is_active=False)

    assert names(staff_api, is_active="false") == ["hidden"]


def test_customers_cannot(customer_api: Api) -> None:
    assert_problem(customer_api.get("/api/v1/products", {"is_active": "false"}), 403)


def test_a_category_holds_what_is_below_it(api: Api) -> None:
    root = make_category(slug="home")
    leaf = make_category(slug="mugs", parent=make_category(slug="kitchen", parent=root))
    make_product(name="elsewhere")
    make_product(name="in the leaf", category=leaf)
    make_product(name="in the root", category=root)

    assert names(api, category="home") == ["in the root", "in the leaf"]
    assert names(api, category="mugs") == ["in the leaf"]


def test_finds_a_price_range_in_one_currency(api: Api) -> None:
    for price in (999, 1000, 2000, 2001):
        make_product(name=str(price), price_minor=price)
    make_product(name="yen", price_minor=15, currency="JPY")

    assert names(api, min_price="10", max_price="20.00", ordering="price") == ["1000", "2000"]
    assert names(api, min_price="15", currency="JPY") == ["yen"]


@pytest.mark.parametrize(("in_stock", "expected"), [("true", ["there"]), ("false", ["gone"])])
def test_tells_what_is_in_stock(api: Api, in_stock: str, expected: list[str]) -> None:
    make_product(name="there", on_hand=1)
    make_product(name="gone", on_hand=0)

    assert names(api, in_stock=in_stock) == expected


@pytest.mark.parametrize(
    ("ordering", "expected"),
    [
        ("price", "bca"),
        ("-price", "acb"),
        ("name", "abc"),
        ("-name", "cba"),
        ("created_at", "abc"),
        ("-created_at", "cba"),
    ],
)
def test_orders_as_asked(api: Api, ordering: str, expected: str) -> None:
    for name, price in (("a", 300), ("b", 100), ("c", 200)):
        make_product(name=name, price_minor=price)

    assert "".join(names(api, ordering=ordering)) == expected


@pytest.mark.parametrize("ordering", ["price", "-price", "name", "created_at", "-created_at"])
@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_hold_every_product_once_though_prices_are_equal(api: Api, ordering: str, limit: int) -> None:
    for number in range(5):
        make_product(name=f"same {number % 2}", price_minor=100 * (number % 2 + 1))
    whole = [product["id"] for product in api.get("/api/v1/products", {"ordering": ordering}).json()["results"]]

    forward = walk(api, f"/api/v1/products?ordering={ordering}&limit={limit}", "next")

    assert [product for page in forward for product in page] == whole


def test_pages_lead_back(api: Api) -> None:
    for _ in range(5):
        make_product()
    first = api.get("/api/v1/products?limit=2").json()
    second = api.get(first["next"]).json()
    third = api.get(second["next"]).json()

    assert first["previous"] is None
    assert third["next"] is None
    assert api.get(third["previous"]).json() == second
    assert api.get(second["previous"]).json()["results"] == first["results"]
    assert api.get(second["previous"]).json()["previous"] is None


def walk(api: Api, url: str | None, direction: str) -> list[list[str]]:
    pages = []
    while url:
        page = api.get(url).json()
        pages.append([product["id"] for product in page["results"]])
        url = page[direction]
    return pages


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("ordering", "sku"),
        ("limit", "0"),
        ("limit", "101"),
        ("limit", "many"),
        ("cursor", "forged"),
        ("category", "no-such-category"),
        ("min_price", "1,50"),
        ("min_price", "1.555"),
        ("max_price", "-1"),
        ("currency", "XXX"),
        ("in_stock", "perhaps"),
        ("search", "\x00"),
        ("colour", "red"),
    ],
)
def test_refuses_values_that_it_does_not_know(api: Api, parameter: str, value: str) -> None:
    assert_invalid(api.get("/api/v1/products", {parameter: value}), parameter)


def test_refuses_the_cursor_of_another_ordering(api: Api) -> None:
    for _ in range(2):
        make_product()
    cursor = api.get("/api/v1/products?limit=1&ordering=price").json()["next"].partition("cursor=")[2].partition("&")[0]

    assert_invalid(api.get("/api/v1/products", {"ordering": "name", "cursor": cursor}), "cursor")


def test_costs_the_same_few_statements_for_many_products(api: Api) -> None:
    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            api.get("/api/v1/products?limit=100")
        return len(queries)

    make_product()
    for_one = statements()
    for _ in range(20):
        make_product()

    assert statements() == for_one == 2
