"""An order that makes no sense: a problem that names the place, and nothing has changed."""

from typing import Any

import pytest

from servicekit.ids import new_id
from tests.problems import assert_invalid, assert_problem
from tests.running_shop import RunningShop
from tests.shop_client import Customer, Json


def line(**changes: Any) -> Json:
    return {"product_id": "PRODUCT", "quantity": 1} | changes


BAD_ORDERS: dict[str, tuple[Any, str]] = {
    "no lines": ({"lines": []}, "/lines"),
    "lines that are no list": ({"lines": "all"}, "/lines"),
    "a line that is no object": ({"lines": ["one"]}, "/lines/0"),
    "no product": ({"lines": [{"quantity": 1}]}, "/lines/0/product_id"),
    "a product that is no id": ({"lines": [line(product_id="1 OR 1=1")]}, "/lines/0/product_id"),
    "no quantity": ({"lines": [{"product_id": "PRODUCT"}]}, "/lines/0/quantity"),
    "zero pieces": ({"lines": [line(quantity=0)]}, "/lines/0/quantity"),
    "less than zero pieces": ({"lines": [line(quantity=-1)]}, "/lines/0/quantity"),
    "half a piece": ({"lines": [line(quantity=0.5)]}, "/lines/0/quantity"),
    "a quantity in a string": ({"lines": [line(quantity="1")]}, "/lines/0/quantity"),
    "a quantity of true": ({"lines": [line(quantity=True)]}, "/lines/0/quantity"),
    "more pieces than a number holds": ({"lines": [line(quantity=10**20)]}, "/lines/0/quantity"),
    "a price of one's own": ({"lines": [line(unit_price="0.01")]}, "/lines/0/unit_price"),
    "a total of one's own": ({"lines": [line()], "total": "0.01"}, "/total"),
    "another buyer": ({"lines": [line()], "user_id": str(new_id())}, "/user_id"),
    "a status": ({"lines": [line()], "status": "confirmed", "payment_status": "paid"}, "/status /payment_status"),
    "the second line wrong": ({"lines": [line(), line(quantity=0)]}, "/lines/1/quantity"),
}


@pytest.mark.parametrize(("body", "pointers"), BAD_ORDERS.values(), ids=BAD_ORDERS.keys())
def test_a_wrong_order_is_refused(
    shop: RunningShop, customer: Customer, product: Json, body: Json, pointers: str
) -> None:
    for number, wanted in enumerate(body["lines"] if isinstance(body["lines"], list) else []):
        if isinstance(wanted, dict) and wanted.get("product_id") == "PRODUCT":
            body["lines"][number] = wanted | {"product_id": product["id"]}

    answer = customer.post("product", "/api/v1/orders", body)

    assert_invalid(answer, *pointers.split())
    assert customer.orders() == []
    assert shop.stock(product) == (100, 0, 0)


def test_an_unknown_product_cannot_be_ordered(customer: Customer) -> None:
    answer = customer.place({"id": str(new_id())})

    assert answer.status_code in {404, 409, 422}
    assert_problem(answer, answer.status_code)
    assert customer.orders() == []


def test_a_hidden_product_cannot_be_ordered(shop: RunningShop, customer: Customer) -> None:
    hidden = shop.new_product(is_active=False)

    answer = customer.place(hidden)

    assert answer.status_code in {404, 409, 422}
    assert_problem(answer, answer.status_code)
    assert shop.stock(hidden) == (100, 0, 0)
