"""Staff adds pieces to the stock of a product, or takes some away."""

import pytest

from product.catalogue.models import StockMovement
from servicekit.principal import Principal
from tests.problems import assert_invalid, assert_problem
from tests.product.api import Api
from tests.product.factories import make_order, make_product
from tests.product.records import heaps


def test_adds_to_what_is_there_after_the_last_sale(staff_api: Api, staff: Principal) -> None:
    product = make_product(on_hand=10)
    make_order(product=product, quantity=3)

    response = staff_api.post(f"/api/v1/products/{product.pk}/stock-movements", {"quantity": 5})

    assert response.status_code == 201
    assert (response.json()["quantity"], response.json()["reason"]) == (5, "restocked")
    assert response.json()["actor_id"] == str(staff.user_id)
    assert heaps(product) == (12, 3, 0)


def test_takes_away_no_more_than_is_on_hand(staff_api: Api) -> None:
    product = make_product(on_hand=10)
    make_order(product=product, quantity=3)
    path = f"/api/v1/products/{product.pk}/stock-movements"

    body = assert_problem(staff_api.post(path, {"quantity": -8}), 409, "stock_too_low")
    assert body["on_hand"] == 7
    assert staff_api.post(path, {"quantity": -7}).json()["reason"] == "corrected"

    assert heaps(product) == (0, 3, 0)


def test_lists_what_has_moved_the_latest_first(staff_api: Api) -> None:
    product = make_product(on_hand=10)
    path = f"/api/v1/products/{product.slug}/stock-movements"
    staff_api.post(path, {"quantity": 2, "reason": "corrected"})

    movements = staff_api.get(path).json()["results"]

    assert [(movement["quantity"], movement["reason"]) for movement in movements] == [(2, "corrected"), (10, "initial")]


def test_moves_once_per_key(staff_api: Api) -> None:
    product = make_product(on_hand=10)
    path, headers = f"/api/v1/products/{product.pk}/stock-movements", {"Idempotency-Key": "delivery-7"}

    first, second = (staff_api.post(path, {"quantity": 5}, headers=headers) for _ in range(2))

    assert second.headers["Idempotency-Replayed"] == "true"
    assert second.json() == first.json()
    assert heaps(product) == (15, 0, 0)
    assert_problem(staff_api.post(path, {"quantity": 6}, headers=headers), 422, "idempotency_key_reused")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/quantity"),
        ({"quantity": 0}, "/quantity"),
        ({"quantity": "1"}, "/quantity"),
        ({"quantity": 1, "reason": "initial"}, "/reason"),
        ({"quantity": 1, "on_hand": 9}, "/on_hand"),
    ],
)
def test_refuses_what_is_no_movement(staff_api: Api, body: dict[str, object], pointer: str) -> None:
    product = make_product()

    assert_invalid(staff_api.post(f"/api/v1/products/{product.pk}/stock-movements", body), pointer)

    assert StockMovement.objects.count() == 1


def test_is_for_staff(api: Api, customer_api: Api) -> None:
    path = f"/api/v1/products/{make_product().pk}/stock-movements"

    for method in ("get", "post"):
        assert_problem(getattr(api, method)(path), 401)
        assert_problem(getattr(customer_api, method)(path), 403)
