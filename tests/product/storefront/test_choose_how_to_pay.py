"""Buyers choose how to pay where there is a choice, and what they read fits the way they have chosen."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from pytest_django import Settings

from product.orders.models import Order
from product.orders.services import place_order
from tests.product.factories import failed, make_product, receive, succeeded
from tests.product.storefront.browser import Browser, Page
from tests.product.storefront.fake_services import FakeServices, user_id_of

_OFFERED = {
    "results": [{"name": "wallet", "test_tokens": []}, {"name": "sandbox-card", "test_tokens": ["declined", "slow"]}]
}


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def services(services: FakeServices) -> FakeServices:
    """Where there is a card besides the wallet."""
    services.account_answers["GET /api/v1/payment-methods"] = (200, _OFFERED)
    return services


def _choices(page: Page) -> list[str]:
    return re.findall(r'<option value="([^"]*)"', page.html)


def _checkout(shopper: Browser) -> Page:
    product = make_product(on_hand=5, price_minor=2500)
    return shopper.open(f"/checkout?product={product.slug}&quantity=1")


def _declined_order(method: str, code: str) -> Order:
    quantities = {make_product(on_hand=5).pk: 1}
    order = place_order(user_id=user_id_of("ada"), quantities=quantities, payment_method=method)
    receive(failed(order, code=code))
    return order


def test_the_checkout_offers_what_payment_offers_and_orders_what_was_chosen(shopper: Browser) -> None:
    page = _checkout(shopper)

    shopper.submit(page.form("/checkout"), payment_method="sandbox-card")

    assert _choices(page) == ["wallet", "sandbox-card"]
    assert Order.objects.get().payment_method == "sandbox-card"


def test_nothing_is_asked_where_there_is_only_the_wallet(shopper: Browser, services: FakeServices) -> None:
    services.account_answers["GET /api/v1/payment-methods"] = (200, {"results": [{"name": "wallet"}]})

    page = _checkout(shopper)
    shopper.submit(page.form("/checkout"))

    assert _choices(page) == []
    assert "Paid from your wallet." in page.text
    assert Order.objects.get().payment_method == "wallet"


def test_while_payment_is_away_the_wallet_is_asked_later(shopper: Browser, services: FakeServices) -> None:
    services.is_payment_away = True

    page = _checkout(shopper)
    shopper.submit(page.form("/checkout"))

    assert _choices(page) == []
    assert Order.objects.get().payment_method == "wallet"


def test_test_cards_are_shown_to_developers_only(shopper: Browser, settings: Settings) -> None:
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"environment": "development"})

    page = _checkout(shopper)

    assert _choices(page) == ["wallet", "sandbox-card", "sandbox-card:declined", "sandbox-card:slow"]
    assert "Test card: declined" in page.text


def test_a_choice_that_makes_no_sense_is_none(shopper: Browser) -> None:
    shopper.submit(_checkout(shopper).form("/checkout"), payment_method="4111 1111 1111 1111")

    assert Order.objects.get().payment_method == "wallet"


@pytest.mark.parametrize(
    ("method", "code", "words"),
    [
        ("sandbox-card:declined", "card_declined", "Your card was declined."),
        ("sandbox-card", "insufficient_funds", "There is not enough money on your card for this order."),
        ("sandbox-card", "provider_unavailable", "The card could not be reached, so nothing was charged."),
        ("wallet", "insufficient_funds", "There is not enough money in your wallet for this order."),
    ],
)
def test_the_reason_fits_the_way_to_pay(shopper: Browser, method: str, code: str, words: str) -> None:
    order = _declined_order(method, code)

    page = shopper.open(f"/orders/{order.pk}")

    assert words in page.text
    assert ("Top up your wallet" in page.text) == (method == "wallet")


@pytest.mark.parametrize(("choice", "method"), [({"payment_method": "wallet"}, "wallet"), ({}, "sandbox-card")])
def test_pays_again_by_another_way_if_one_is_chosen(shopper: Browser, choice: dict[str, Any], method: str) -> None:
    order = _declined_order("sandbox-card", "card_declined")
    page = shopper.open(f"/orders/{order.pk}")

    shopper.submit(page.form(f"/orders/{order.pk}/pay"), **choice)

    order.refresh_from_db()
    assert (order.attempt, order.payment_method) == (2, method)


def test_the_history_tells_each_attempt_in_the_words_of_its_way_to_pay(shopper: Browser) -> None:
    order = _declined_order("sandbox-card", "insufficient_funds")
    page = shopper.open(f"/orders/{order.pk}")
    shopper.submit(page.form(f"/orders/{order.pk}/pay"), payment_method="wallet")
    order.refresh_from_db()
    receive(succeeded(order))

    history = shopper.open(f"/orders/{order.pk}").text.partition("What happened")[2]

    assert history.index("not enough money on your card") < history.index("Paid from your wallet")
