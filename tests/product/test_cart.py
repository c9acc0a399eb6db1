"""A customer's cart: what goes in, how it is shown, and that it tells the truth about prices and stock of now."""

from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from product.cart import queries
from product.cart.models import MAX_ITEMS, CartItem
from product.catalogue.models import Product, Stock
from product.catalogue.services import delete_product
from servicekit.ids import new_id
from servicekit.principal import Principal
from tests.problems import assert_invalid, assert_problem
from tests.product.api import Api
from tests.product.factories import make_product


def put(api: Api, product: Product | UUID, quantity: Any = 1) -> Any:
    return api.put(f"/api/v1/cart/items/{getattr(product, 'pk', product)}", {"quantity": quantity})


def items(api: Api) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.get("/api/v1/cart").json()["items"]
    return found


def item(api: Api) -> dict[str, Any]:
    (found,) = items(api)
    return found


def test_is_empty_at_first(customer_api: Api) -> None:
    assert customer_api.get("/api/v1/cart").json() == {"items": [], "totals": [], "is_orderable": False}


def test_shows_what_was_put_in_in_that_order(customer_api: Api) -> None:
    mug, lamp = make_product(name="Mug", price_minor=1850), make_product(name="Lamp", price_minor=7999)

    put(customer_api, mug, 2)
    body = put(customer_api, lamp).json()

    assert [(line["name"], line["quantity"], line["total"]) for line in body["items"]] == [
        ("Mug", 2, "37.00"),
        ("Lamp", 1, "79.99"),
    ]
    assert (body["totals"], body["is_orderable"]) == ([{"amount": "116.99", "currency": "EUR"}], True)
    assert customer_api.get("/api/v1/cart").json() == body


def test_putting_again_sets_the_quantity(customer_api: Api) -> None:
    product = make_product()
    put(customer_api, product, 2)

    put(customer_api, product, 5)

    assert item(customer_api)["quantity"] == 5


def test_takes_things_out_one_by_one_and_all_at_once(customer_api: Api) -> None:
    products = [make_product() for _ in range(3)]
    for product in products:
        put(customer_api, product)

    assert customer_api.delete(f"/api/v1/cart/items/{products[0].pk}").status_code == 204
    assert [line["product_id"] for line in items(customer_api)] == [str(product.pk) for product in products[1:]]
    assert customer_api.delete(f"/api/v1/cart/items/{products[0].pk}").status_code == 204
    assert customer_api.delete("/api/v1/cart").status_code == 204
    assert items(customer_api) == []


def test_belongs_to_one_customer(customer_api: Api, staff_api: Api) -> None:
    product = make_product()
    put(customer_api, product)

    staff_api.delete(f"/api/v1/cart/items/{product.pk}")
    staff_api.delete("/api/v1/cart")

    assert items(staff_api) == []
    assert len(items(customer_api)) == 1


def test_takes_no_more_than_there_is(customer_api: Api) -> None:
    product = make_product(on_hand=3, name="Mug")
    assert put(customer_api, product, 3).status_code == 200

    body = assert_problem(put(customer_api, product, 4), 409, "out_of_stock")

    assert body["products"] == [{"product_id": str(product.pk), "name": "Mug", "requested": 4, "available": 3}]
    assert item(customer_api)["quantity"] == 3


@pytest.mark.parametrize("quantity", [0, -1, 100, "1", 1.0, True, None, 10**30])
def test_refuses_nonsensical_quantities(customer_api: Api, quantity: Any) -> None:
    assert_invalid(put(customer_api, make_product(), quantity), "/quantity")


@pytest.mark.parametrize("field", ["price", "unit_price", "user_id"])
def test_refuses_what_is_not_the_customers_to_say(customer_api: Api, field: str) -> None:
    product = make_product()

    response = customer_api.put(f"/api/v1/cart/items/{product.pk}", {"quantity": 1, field: "0.01"})

    assert_invalid(response, f"/{field}")
    assert items(customer_api) == []


def test_does_not_take_what_is_hidden_or_unknown(customer_api: Api) -> None:
    assert_problem(put(customer_api, make_product(is_active=False)), 404, "product_not_found")
    assert_problem(put(customer_api, new_id()), 404, "product_not_found")


def test_has_room_for_so_many_products(customer_api: Api, customer: Principal) -> None:
    product = make_product()
    others = [make_product(category=product.category) for _ in range(MAX_ITEMS - 1)]
    CartItem.objects.bulk_create(
        CartItem(user_id=customer.user_id, product=other, quantity=1, seen_price_minor=1, seen_currency="EUR")
        for other in others
    )
    assert put(customer_api, product).status_code == 200

    assert_problem(put(customer_api, make_product()), 409, "cart_full")

    assert put(customer_api, product, 2).status_code == 200


@pytest.mark.parametrize(
    ("change", "availability", "stock"),
    [
        ({"on_hand": 1}, "insufficient_stock", 1),
        ({"on_hand": 0}, "out_of_stock", 0),
        ({"is_active": False}, "not_for_sale", 0),
    ],
)
def test_what_cannot_be_had_any_more_stays_and_says_so(
    customer_api: Api, change: dict[str, Any], availability: str, stock: int
) -> None:
    gone, there = make_product(price_minor=500), make_product(price_minor=700)
    put(customer_api, gone, 2)
    put(customer_api, there, 1)

    rows = Stock.objects.filter(product=gone) if "on_hand" in change else Product.objects.filter(pk=gone.pk)
    rows.update(**change)
    body = customer_api.get("/api/v1/cart").json()

    assert (body["items"][0]["availability"], body["items"][0]["stock"]) == (availability, stock)
    assert body["items"][1]["availability"] == "available"
    assert (body["totals"], body["is_orderable"]) == ([{"amount": "7.00", "currency": "EUR"}], False)


def test_a_product_that_was_deleted_stays_and_says_so(customer_api: Api) -> None:
    product = make_product(name="Mug")
    put(customer_api, product)

    delete_product(product_id=product.pk)

    assert (item(customer_api)["name"], item(customer_api)["availability"]) == ("Mug", "not_for_sale")


def test_shows_prices_of_now_and_says_once_that_they_have_changed(customer_api: Api) -> None:
    product = make_product(price_minor=1000)
    put(customer_api, product, 2)
    Product.objects.update(price_minor=1100)

    first, second = item(customer_api), item(customer_api)

    assert (first["unit_price"], first["total"]) == ("11.00", "22.00")
    assert first["previous_unit_price"] == {"amount": "10.00", "currency": "EUR"}
    assert second == first | {"previous_unit_price": None}


def test_adds_up_each_currency_by_itself(customer_api: Api) -> None:
    put(customer_api, make_product(currency="EUR", price_minor=300), 2)
    body = put(customer_api, make_product(currency="JPY", price_minor=500)).json()

    assert body["totals"] == [{"amount": "6.00", "currency": "EUR"}, {"amount": "500", "currency": "JPY"}]
    assert body["is_orderable"] is False


def test_costs_the_same_few_statements_for_many_items(customer_api: Api) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            customer_api.get("/api/v1/cart")
        return len([query for query in queries if "SAVEPOINT" not in query["sql"]])

    put(customer_api, make_product())
    for_one = statements()
    for _ in range(5):
        put(customer_api, make_product())

    assert statements() == for_one == 3


def test_counting_the_pieces_shows_no_prices(customer: Principal, customer_api: Api) -> None:
    put(customer_api, make_product(), 2)
    put(customer_api, make_product(), 3)
    Product.objects.update(price_minor=1)

    assert queries.count_pieces(user_id=customer.user_id) == 5
    assert item_prices_seen(customer) == {1000}


def item_prices_seen(customer: Principal) -> set[int]:
    return set(CartItem.objects.filter(user_id=customer.user_id).values_list("seen_price_minor", flat=True))


@pytest.mark.parametrize("call", ["get", "delete", "put /items", "delete /items"])
def test_wants_a_token(api: Api, call: str) -> None:
    method, _, path = call.partition(" ")

    assert_problem(getattr(api, method)(f"/api/v1/cart{path and f'{path}/{new_id()}'}"), 401)
