"""Idempotency keys: however often a request is sent, it has one effect and one answer."""

from collections import Counter
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction

from product.catalogue.models import Product
from product.orders.idempotency import KeyedRequest, _claim
from product.orders.models import IdempotencyKey, Order
from servicekit.idempotency import IdempotencyKeyInUse
from servicekit.principal import Principal
from tests.parallel import at_once
from tests.problems import assert_problem
from tests.product.api import Api
from tests.product.factories import make_principal, make_product
from tests.product.records import heaps


def order(api: Api, product: Product, *, key: str, quantity: int = 1) -> Any:
    body = {"lines": [{"product_id": str(product.pk), "quantity": quantity}]}
    return api.post("/api/v1/orders", body, headers={"Idempotency-Key": key})


def test_the_same_request_gets_the_same_answer_and_has_one_effect(customer_api: Api) -> None:
    product = make_product(on_hand=5)

    first, second = (order(customer_api, product, key="k") for _ in range(2))

    assert (second.status_code, second.content) == (202, first.content)
    assert second.headers["Location"] == first.headers["Location"]
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"
    assert heaps(product) == (4, 1, 0)


def test_another_request_under_the_same_key_is_refused(customer_api: Api) -> None:
    product = make_product()
    order(customer_api, product, key="k")

    assert_problem(order(customer_api, product, key="k", quantity=2), 422, "idempotency_key_reused")

    assert Order.objects.count() == 1


def test_keys_belong_to_their_users(customer_api: Api) -> None:
    product = make_product()

    order(customer_api, product, key="k")
    order(Api(make_principal()), product, key="k")

    assert Order.objects.count() == 2


def test_a_refused_request_may_be_tried_again(customer_api: Api) -> None:
    product = make_product(on_hand=0)
    assert_problem(order(customer_api, product, key="k"), 409, "out_of_stock")

    product.stock.on_hand = 1
    product.stock.save()

    assert order(customer_api, product, key="k").status_code == 202


@pytest.mark.parametrize("key", ["", "two words", "x" * 256, "ключ"])
def test_refuses_keys_that_are_none(customer_api: Api, key: str) -> None:
    assert_problem(order(customer_api, make_product(), key=key), 400, "malformed_request")


@pytest.mark.django_db(transaction=True)
def test_a_key_that_is_being_worked_on_is_refused_at_once() -> None:
    request = KeyedRequest(make_principal().user_id, "route", "k", b"")

    def claim_too() -> type[Exception] | None:
        try:
            with transaction.atomic():
                _claim(request)
        except IdempotencyKeyInUse as error:
            return type(error)
        finally:
            connection.close()
        return None

    with transaction.atomic():
        _claim(request)
        assert at_once([claim_too]) == [IdempotencyKeyInUse]
    assert at_once([claim_too]) == [None]


@pytest.mark.django_db(transaction=True)
def test_thirty_at_once_place_one_order(customer: Principal) -> None:
    product = make_product(on_hand=50)

    def send() -> Any:
        try:
            return order(Api(customer), product, key="k")
        finally:
            connection.close()

    responses = at_once([partial(send)] * 30)

    statuses = Counter(response.status_code for response in responses)
    assert set(statuses) <= {202, 409}
    assert statuses[202] >= 1
    assert {response.json()["code"] for response in responses if response.status_code == 409} <= {
        "idempotency_key_in_use"
    }
    assert len({response.json()["id"] for response in responses if response.status_code == 202}) == 1
    assert heaps(product) == (49, 1, 0)
    assert IdempotencyKey.objects.count() == 1


def test_a_repeated_order_of_the_last_piece_is_answered_as_before(customer_api: Api) -> None:
    product = make_product(on_hand=1)

    first, second = (order(customer_api, product, key="k") for _ in range(2))

    assert (second.status_code, second.content) == (202, first.content)
    assert heaps(product) == (0, 1, 0)
