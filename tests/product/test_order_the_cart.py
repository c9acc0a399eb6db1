"""Ordering the cart: for the prices that were seen or not at all, and once."""

from collections import Counter
from functools import partial
from typing import Any

import pytest
from django.db import connection

from product.cart import queries, services
from product.cart.errors import CartEmpty
from product.catalogue.models import Product, Stock
from product.orders.models import Order
from product.orders.services import order_cart
from servicekit.principal import Principal
from tests.parallel import at_once
from tests.problems import assert_invalid, assert_problem
from tests.product.api import Api
from tests.product.factories import make_principal, make_product
from tests.product.records import heaps


def fill(customer: Principal, *products: Product, quantity: int = 2) -> None:
    for product in products:
        services.put_item(user_id=customer.user_id, product_id=product.pk, quantity=quantity)


def left_in(customer: Principal) -> int:
    return queries.count_pieces(user_id=customer.user_id)


def test_orders_everything_and_leaves_the_cart_empty(customer_api: Api, customer: Principal) -> None:
    mug, lamp = make_product(price_minor=1850), make_product(price_minor=7999)
    fill(customer, mug, lamp)

    response = customer_api.post("/api/v1/orders", {})

    assert response.status_code == 202
    assert response.json()["total"] == "196.98"
    assert [(line["product_id"], line["quantity"]) for line in response.json()["lines"]] == [
        (str(mug.pk), 2),
        (str(lamp.pk), 2),
    ]
    assert left_in(customer) == 0
    assert heaps(mug) == (8, 2, 0)


def test_an_empty_cart_is_no_order(customer_api: Api) -> None:
    assert_problem(customer_api.post("/api/v1/orders", {}), 409, "cart_empty")


def test_lines_leave_the_cart_alone(customer_api: Api, customer: Principal) -> None:
    product = make_product()
    fill(customer, product)

    customer_api.post("/api/v1/orders", {"lines": [{"product_id": str(product.pk), "quantity": 1}]})

    assert left_in(customer) == 2


def test_the_same_key_orders_the_cart_once(customer_api: Api, customer: Principal) -> None:
    product = make_product()
    fill(customer, product)
    headers = {"Idempotency-Key": "k"}

    first = customer_api.post("/api/v1/orders", {}, headers=headers)
    fill(customer, product, quantity=1)
    second = customer_api.post("/api/v1/orders", {}, headers=headers)

    assert (second.status_code, second.content) == (202, first.content)
    assert second.headers["Idempotency-Replayed"] == "true"
    assert left_in(customer) == 1


def test_a_price_that_was_not_seen_is_not_charged(customer_api: Api, customer: Principal) -> None:
    product = make_product(name="Mug", price_minor=1000)
    fill(customer, product)
    Product.objects.update(price_minor=1100)

    body = assert_problem(customer_api.post("/api/v1/orders", {}), 409, "price_changed")

    assert (body["total"], body["currency"]) == ("22.00", "EUR")
    assert body["products"] == [
        {
            "product_id": str(product.pk),
            "name": "Mug",
            "unit_price": "11.00",
            "expected_unit_price": "10.00",
            "expected_currency": "EUR",
        }
    ]
    assert (left_in(customer), heaps(product)) == (2, (10, 0, 0))


def test_a_price_in_another_currency_is_another_price(customer_api: Api, customer: Principal) -> None:
    fill(customer, make_product())
    Product.objects.update(currency="USD")

    assert assert_problem(customer_api.post("/api/v1/orders", {}), 409, "price_changed")["currency"] == "USD"


def test_once_shown_the_new_price_is_agreed_to(customer_api: Api, customer: Principal) -> None:
    fill(customer, make_product(price_minor=1000))
    Product.objects.update(price_minor=1100)
    assert_problem(customer_api.post("/api/v1/orders", {}), 409)

    customer_api.get("/api/v1/cart")

    assert customer_api.post("/api/v1/orders", {}).json()["total"] == "22.00"


def test_an_expected_total_says_what_is_agreed_to(customer_api: Api, customer: Principal) -> None:
    fill(customer, make_product(price_minor=1000))
    Product.objects.update(price_minor=1100)

    assert_problem(customer_api.post("/api/v1/orders", {"expected_total": "20.00"}), 409, "price_changed")

    assert customer_api.post("/api/v1/orders", {"expected_total": "22"}).status_code == 202


@pytest.mark.parametrize(
    ("order", "line"),
    [
        ({"expected_total": "19.99"}, {}),
        ({"expected_total": "20.00", "expected_currency": "USD"}, {}),
        ({}, {"expected_unit_price": "9.99"}),
        ({"expected_currency": "USD"}, {"expected_unit_price": "10.00"}),
    ],
)
def test_lines_may_say_what_is_expected(customer_api: Api, order: dict[str, str], line: dict[str, str]) -> None:
    product = make_product(price_minor=1000)
    wanted = {"product_id": str(product.pk), "quantity": 2}

    response = customer_api.post("/api/v1/orders", {"lines": [wanted | line]} | order)

    assert assert_problem(response, 409, "price_changed")["total"] == "20.00"
    assert heaps(product) == (10, 0, 0)
    agreed = {"lines": [wanted | {"expected_unit_price": "10.00"}], "expected_total": "20.00"}
    assert customer_api.post("/api/v1/orders", agreed).json()["total"] == "20.00"


@pytest.mark.parametrize("amount", ["1.999", "-1", "ten", 10, None])
def test_refuses_expectations_that_are_no_amounts(customer_api: Api, amount: Any) -> None:
    line = {"product_id": str(make_product().pk), "quantity": 1, "expected_unit_price": amount}

    assert_invalid(customer_api.post("/api/v1/orders", {"lines": [line]}), "/lines/0/expected_unit_price")
    assert_invalid(customer_api.post("/api/v1/orders", {"expected_total": amount}), "/expected_total")


def test_a_cart_with_something_that_is_gone_stays_as_it_is(customer_api: Api, customer: Principal) -> None:
    gone, there = make_product(), make_product()
    fill(customer, gone, there)
    Stock.objects.filter(product=gone).update(on_hand=1)

    assert_problem(customer_api.post("/api/v1/orders", {}), 409, "out_of_stock")
    Product.objects.filter(pk=gone.pk).update(is_active=False)
    assert_problem(customer_api.post("/api/v1/orders", {}), 409, "products_unavailable")

    assert left_in(customer) == 4
    assert heaps(there) == (10, 0, 0)


def test_a_cart_in_two_currencies_is_two_orders(customer_api: Api, customer: Principal) -> None:
    fill(customer, make_product(currency="EUR"), make_product(currency="USD"))

    assert_problem(customer_api.post("/api/v1/orders", {}), 409, "mixed_currencies")


@pytest.mark.django_db(transaction=True)
def test_two_tabs_place_one_order() -> None:
    customer, product = make_principal(), make_product(on_hand=50)
    fill(customer, product)

    def order() -> type:
        try:
            return type(order_cart(user_id=customer.user_id))
        except CartEmpty as error:
            return type(error)
        finally:
            connection.close()

    outcomes = Counter(at_once([partial(order)] * 8))

    assert outcomes == {Order: 1, CartEmpty: 7}
    assert heaps(product) == (48, 2, 0)
