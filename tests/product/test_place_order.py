"""Placing an order: what it reserves, records and asks, and when it is refused."""

from typing import Any
from uuid import UUID

import pytest
from pytest_django import DjangoAssertNumQueries

from product.catalogue.models import Product
from product.catalogue.prices import Price
from product.orders.errors import PriceChanged
from product.orders.models import Order, OrderEvent
from product.orders.services import place_order
from servicekit.ids import new_id
from servicekit.principal import Principal
from tests.problems import assert_invalid, assert_problem
from tests.product.api import Api
from tests.product.factories import make_product
from tests.product.records import heaps, published, types_published


def order(api: Api, *lines: tuple[Product | UUID, int], **extra: Any) -> Any:
    body = [{"product_id": str(getattr(product, "pk", product)), "quantity": quantity} for product, quantity in lines]
    return api.post("/api/v1/orders", {"lines": body} | extra)


def test_accepts_the_order_and_says_where_it_is(customer_api: Api, customer: Principal) -> None:
    mug = make_product(name="Mug", sku="MUG-1", price_minor=1850)
    lamp = make_product(name="Lamp", price_minor=7999)

    response = order(customer_api, (mug, 2), (lamp, 1))

    assert response.status_code == 202
    body = response.json()
    assert response.headers["Location"] == f"/api/v1/orders/{body['id']}"
    assert (body["status"], body["payment_status"], body["fulfillment_status"]) == ("pending", "unpaid", "unfulfilled")
    assert (body["total"], body["currency"], body["user_id"]) == ("116.99", "EUR", str(customer.user_id))
    assert body["lines"][0] == {
        "product_id": str(mug.pk),
        "sku": "MUG-1",
        "name": "Mug",
        "quantity": 2,
        "unit_price": "18.50",
        "total": "37.00",
    }


def test_numbers_orders_for_people(customer_api: Api) -> None:
    product = make_product()

    first, second = (order(customer_api, (product, 1)).json()["number"] for _ in range(2))

    year, count = first.split("-")
    assert (len(year), len(count)) == (4, 6)
    assert int(second.split("-")[1]) == int(count) + 1


def test_reserves_the_stock(customer_api: Api) -> None:
    product = make_product(on_hand=5)

    order(customer_api, (product, 3))

    assert heaps(product) == (2, 3, 0)


def test_asks_payment_in_the_same_transaction(customer_api: Api, customer: Principal) -> None:
    product = make_product(name="Mug", price_minor=1850)

    order_id = UUID(order(customer_api, (product, 2)).json()["id"])

    (event,) = published()
    assert (event.type, event.subject, event.sequence) == ("order.placed", f"order/{order_id}", "1")
    assert (event.data.order_id, event.data.user_id, event.data.total) == (order_id, customer.user_id, "37.00")
    assert [(line.name, line.quantity, line.unit_price) for line in event.data.lines] == [("Mug", 2, "18.50")]
    assert Order.objects.get(id=order_id).asked_at is not None


def test_begins_the_timeline(customer_api: Api, customer: Principal) -> None:
    order(customer_api, (make_product(), 1))

    entry = OrderEvent.objects.get()
    assert (entry.type, entry.status, entry.payment_status) == ("placed", "pending", "unpaid")
    assert (entry.cause, entry.actor_id) == ("customer", customer.user_id)
    assert entry.published_id == published()[0].id


def test_names_the_products_that_are_out_of_stock(customer_api: Api) -> None:
    plenty, scarce = make_product(on_hand=9), make_product(on_hand=1, name="Last lamp")

    response = order(customer_api, (plenty, 1), (scarce, 2))

    body = assert_problem(response, 409, "out_of_stock")
    assert body["products"] == [{"product_id": str(scarce.pk), "name": "Last lamp", "requested": 2, "available": 1}]


def test_changes_nothing_when_it_refuses(customer_api: Api) -> None:
    plenty, scarce = make_product(on_hand=9), make_product(on_hand=1)

    order(customer_api, (plenty, 1), (scarce, 2))

    assert heaps(plenty) == (9, 0, 0)
    assert heaps(scarce) == (1, 0, 0)
    assert not Order.objects.exists()
    assert types_published() == []


def test_does_not_sell_what_is_hidden_or_unknown(customer_api: Api) -> None:
    hidden, unknown = make_product(is_active=False), new_id()

    body = assert_problem(order(customer_api, (hidden, 1), (unknown, 1)), 409, "products_unavailable")

    assert {product["product_id"] for product in body["products"]} == {str(hidden.pk), str(unknown)}


def test_takes_one_currency_per_order(customer_api: Api) -> None:
    euros, dollars = make_product(currency="EUR"), make_product(currency="USD")

    assert_problem(order(customer_api, (euros, 1), (dollars, 1)), 409, "mixed_currencies")


def test_refuses_a_total_that_no_payment_can_carry(customer_api: Api) -> None:
    assert_problem(order(customer_api, (make_product(price_minor=8_000_000_000_000), 2)), 409, "order_too_large")


def test_refuses_a_total_that_the_buyer_has_not_agreed_to(db: None, customer: Principal) -> None:
    product = make_product(price_minor=1100)

    with pytest.raises(PriceChanged) as refusal:
        place_order(user_id=customer.user_id, quantities={product.pk: 1}, expected_total=Price(1000, "EUR"))

    assert refusal.value.extensions == {"total": "11.00", "currency": "EUR", "products": []}
    assert heaps(product) == (10, 0, 0)


@pytest.mark.parametrize("quantity", [0, -1, 100, "1", 1.0, True, None, 10**30])
def test_refuses_nonsensical_quantities(customer_api: Api, quantity: Any) -> None:
    response = order(customer_api, (make_product(), quantity))

    assert_invalid(response, "/lines/0/quantity")


def test_refuses_two_lines_of_one_product(customer_api: Api) -> None:
    product = make_product()

    assert_invalid(order(customer_api, (product, 1), (product, 2)), "/lines")


@pytest.mark.parametrize("lines", [[], {}, "x", None, [1], [{}]])
def test_refuses_lines_of_the_wrong_shape(customer_api: Api, lines: Any) -> None:
    assert_problem(customer_api.post("/api/v1/orders", {"lines": lines}), 422, "validation_failed")


def test_refuses_more_lines_than_anyone_needs(customer_api: Api) -> None:
    lines = [{"product_id": str(new_id()), "quantity": 1}] * 51

    assert_invalid(customer_api.post("/api/v1/orders", {"lines": lines}), "/lines")


@pytest.mark.parametrize("field", ["user_id", "total", "price", "status"])
def test_refuses_fields_that_are_not_the_buyers_to_set(customer_api: Api, field: str) -> None:
    assert_invalid(order(customer_api, (make_product(), 1), **{field: "x"}), f"/{field}")


def test_wants_a_token(api: Api) -> None:
    assert_problem(order(api, (make_product(), 1)), 401, "invalid_token")


def test_costs_the_same_few_statements_for_many_lines(
    db: None, customer: Principal, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    products = [make_product() for _ in range(10)]

    # A savepoint and its release (the transaction is the test's), stock, the order with all its rows, outbox.
    with django_assert_num_queries(5):
        place_order(user_id=customer.user_id, quantities={product.pk: 1 for product in products})
