"""Who may call what: generated from each service's own OpenAPI document, so that no operation can be forgotten."""

import re

import httpx2
import pytest

from servicekit.ids import new_id
from tests.conformance.surface import ADMIN_ONLY, PUBLIC, STAFF_ONLY, UPLOADS
from tests.problems import assert_problem
from tests.running_shop import RunningShop
from tests.shop_client import Visitor

Operation = tuple[str, str, str]


@pytest.fixture
def operations(shop: RunningShop, service: str) -> list[Operation]:
    """Service, method and path template of all operations."""
    document = shop.visitor.read(service, "/openapi.json")
    found = [
        (service, method.upper(), path) for path, methods in document["paths"].items() for method in sorted(methods)
    ]
    assert found
    return sorted(found, key=lambda operation: operation[2] == "/logout")  # it ends the caller's session: the last


def test_every_operation_but_the_listed_ones_wants_a_token(shop: RunningShop, operations: list[Operation]) -> None:
    for operation in operations:
        answer = called(shop.visitor, operation)
        if operation in PUBLIC:
            assert answer.status_code != 401, operation
        else:
            assert answer.status_code == 401, operation
            assert_problem(answer, 401)


def test_what_is_for_staff_is_not_for_customers(people: dict[str, Visitor], operations: list[Operation]) -> None:
    for operation in filter(is_for_staff, operations):
        answer = called(people["customer"], operation)
        assert answer.status_code in {403, 404}, operation
        assert_problem(answer, answer.status_code)


def test_staff_are_not_turned_away(people: dict[str, Visitor], operations: list[Operation]) -> None:
    for operation in filter(is_for_staff, operations):
        for role in ("staff", "admin"):
            assert called(people[role], operation).status_code not in {401, 403}, (role, operation)


def test_what_is_for_admins_is_for_nobody_else(people: dict[str, Visitor], operations: list[Operation]) -> None:
    for operation in filter(ADMIN_ONLY.__contains__, operations):
        for role in ("customer", "staff"):
            assert called(people[role], operation).status_code == 403, (role, operation)
        assert called(people["admin"], operation).status_code not in {401, 403}, operation


def test_a_customer_may_call_the_rest(shop: RunningShop, operations: list[Operation]) -> None:
    customer = shop.new_customer()
    for operation in operations:
        if not is_for_staff(operation) and operation not in ADMIN_ONLY:
            answer = called(customer, operation)
            assert answer.status_code not in {401, 403} or operation[2] == "/token", operation
            assert answer.status_code < 500, operation


def test_the_lists_of_public_and_staff_operations_name_existing_ones(service: str, operations: list[Operation]) -> None:
    listed = {operation for operation in PUBLIC | STAFF_ONLY | ADMIN_ONLY if operation[0] == service}
    pages = {"/", "/healthcheck", "/health", "/metrics", "/docs", "/openapi.json"}

    assert {operation for operation in listed if operation[2] not in pages} <= set(operations)


def is_for_staff(operation: Operation) -> bool:
    return operation in STAFF_ONLY or operation[2].startswith("/api/v1/operations")


def called(visitor: Visitor, operation: Operation) -> httpx2.Response:
    """The answer to a call about nothing that exists, with an empty body."""
    service, method, template = operation
    path = re.sub(r"\{[^}]+\}", str(new_id()), template)
    if operation in UPLOADS:
        return visitor.call(method, service, path, files={"file": b"nothing"})
    return visitor.call(method, service, path, json={} if method in {"POST", "PUT", "PATCH"} else None)
