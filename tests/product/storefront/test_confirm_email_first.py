"""Checking out where the shop sells only to those who have confirmed their e-mail address."""

import pytest
from pytest_django import Settings

from product.orders.models import Order
from tests.product.factories import make_product
from tests.product.storefront.browser import Browser, Form
from tests.product.storefront.fake_services import FakeServices


@pytest.fixture(autouse=True)
def _required(settings: Settings) -> None:
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"require_confirmed_email": True})


def checkout_form(shopper: Browser) -> Form:
    product = make_product(on_hand=5)
    return shopper.open(f"/checkout?product={product.pk}&quantity=1").form("/checkout")


def test_says_in_plain_words_what_is_missing(shopper: Browser) -> None:
    page = shopper.submit(checkout_form(shopper))

    assert page.status == 403
    assert "Please confirm your e-mail address" in page.text
    assert not Order.objects.exists()


def test_an_address_confirmed_a_moment_ago_counts(shopper: Browser, services: FakeServices) -> None:
    """The token that says so is fetched then, not when the old one has run out."""
    form = checkout_form(shopper)
    services.is_email_confirmed = True

    page = shopper.submit(form)

    assert page.response.headers["Location"] == f"/orders/{Order.objects.get().pk}"
