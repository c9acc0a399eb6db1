"""How an order is to be paid: said by the buyer, passed on to payment, kept with the order."""

from typing import Any

import pytest

from product.cart import services as cart
from product.messaging.models import OutboxEvent
from product.orders.models import Order
from product.orders.services import ask_again
from servicekit.principal import Principal
from tests.problems import assert_invalid
from tests.product.api import Api
from tests.product.factories import failed, make_order, make_product, receive
from tests.product.records import published

ILL_FORMED = ["", "Wallet", "4111 1111 1111 1111", "card:", "card:a b", "card:" + "x" * 101, "ca\u0000rd", 7, None]


def place(api: Api, **extra: Any) -> Any:
    lines = [{"product_id": str(make_product().pk), "quantity": 1}]
    return api.post("/api/v1/orders", {"lines": lines} | extra)


def asked_by(event_type: str) -> list[str]:
    return [event.data.payment_method for event in published(event_type)]


def test_is_the_wallet_unless_said_otherwise(customer_api: Api) -> None:
    assert place(customer_api).json()["payment_method"] == "wallet"
    assert asked_by("order.placed") == ["wallet"]


def test_is_passed_on_to_payment_as_it_was_given(customer_api: Api) -> None:
    response = place(customer_api, payment_method="sandbox-card:slow")

    assert (response.status_code, response.json()["payment_method"]) == (202, "sandbox-card")
    assert asked_by("order.placed") == ["sandbox-card:slow"]


def test_can_be_said_for_the_cart_too(customer_api: Api, customer: Principal) -> None:
    cart.put_item(user_id=customer.user_id, product_id=make_product().pk, quantity=1)

    response = customer_api.post("/api/v1/orders", {"payment_method": "sandbox-card"})

    assert response.status_code == 202
    assert asked_by("order.placed") == ["sandbox-card"]


@pytest.mark.parametrize("method", ILL_FORMED)
def test_has_a_form_that_cannot_be_taken_for_the_number_of_a_card(customer_api: Api, method: Any) -> None:
    assert_invalid(place(customer_api, payment_method=method), "/payment_method")

    assert Order.objects.count() == 0


def test_may_be_another_one_for_the_next_attempt(customer_api: Api, customer: Principal) -> None:
    order = make_order(buyer=customer)
    receive(failed(order))

    response = customer_api.post(f"/api/v1/orders/{order.pk}/pay", {"payment_method": "sandbox-card"})

    assert (response.status_code, response.json()["payment_method"]) == (202, "sandbox-card")
    assert asked_by("order.payment_requested") == ["sandbox-card"]


def test_stays_the_same_for_the_next_attempt_unless_said_otherwise(customer_api: Api) -> None:
    order = Order.objects.get(pk=place(customer_api, payment_method="sandbox-card:declined").json()["id"])
    receive(failed(order, code="card_declined"))

    customer_api.post(f"/api/v1/orders/{order.pk}/pay")

    assert asked_by("order.payment_requested") == ["sandbox-card:declined"]


def test_is_the_same_when_the_question_is_asked_again(customer_api: Api) -> None:
    place(customer_api, payment_method="sandbox-card")
    OutboxEvent.objects.update(published_at="2020-01-01T00:00:00Z")
    Order.objects.update(asked_at="2020-01-01T00:00:00Z")

    ask_again()

    assert asked_by("order.placed") == ["sandbox-card", "sandbox-card"]
