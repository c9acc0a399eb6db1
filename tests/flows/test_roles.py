"""What staff may do, customers may not: 403, and nothing has changed."""

from typing import Any

import pytest

from tests.problems import assert_problem
from tests.running_shop import RunningShop
from tests.shop_client import Customer, Json


@pytest.fixture
def staff_calls(product: Json) -> list[tuple[str, str, str, Any]]:
    """Method, service, path and body."""
    one = f"/api/v1/products/{product['id']}"
    return [
        ("POST", "product", "/api/v1/products", {"sku": "MINE", "name": "Mine", "price": "0.01", "currency": "EUR"}),
        ("PATCH", "product", one, {"price": "0.01"}),
        ("DELETE", "product", one, None),
        ("GET", "product", "/api/v1/operations/outbox", None),
        ("GET", "product", "/api/v1/operations/parked", None),
        ("GET", "payment", "/api/v1/operations/outbox", None),
        ("GET", "payment", "/api/v1/operations/parked", None),
        ("GET", "auth", "/api/v1/operations/outbox", None),
        ("GET", "payment", "/api/v1/ledger/verify", None),
    ]


def test_a_customer_is_refused(
    shop: RunningShop, customer: Customer, product: Json, staff_calls: list[tuple[str, str, str, Any]]
) -> None:
    for method, service, path, body in staff_calls:
        assert_problem(customer.call(method, service, path, json=body), 403, "forbidden")

    assert shop.visitor.read("product", f"/api/v1/products/{product['id']}") == product


def test_nobody_in_particular_is_asked_to_sign_in(
    shop: RunningShop, staff_calls: list[tuple[str, str, str, Any]]
) -> None:
    for method, service, path, body in staff_calls:
        assert_problem(shop.visitor.call(method, service, path, json=body), 401)


@pytest.mark.parametrize("role", ["staff", "admin"])
def test_staff_and_admins_may_look_behind_the_counter(shop: RunningShop, role: str) -> None:
    person = getattr(shop, role)
    for service in ("auth", "product", "payment"):
        assert person.read(service, "/api/v1/operations/outbox")["waiting"] >= 0
    assert person.read("payment", "/api/v1/ledger/verify")["is_consistent"] is True


def test_whoever_registers_is_a_customer_whatever_they_ask_for(shop: RunningShop) -> None:
    details = {"username": "would-be-admin", "email": "would-be@example.com", "password": "correct horse battery"}

    answer = shop.visitor.post("auth", "/register", details | {"role": "admin"})

    assert_problem(answer, 422)
    assert shop.rows("auth", "SELECT FROM users WHERE username = 'would-be-admin'") == []
