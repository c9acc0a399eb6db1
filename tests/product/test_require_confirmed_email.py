"""A shop that sells only to those who have confirmed their e-mail address."""

from typing import Any

import pytest
from pytest_django import Settings

from product.orders.models import Order
from tests.problems import assert_problem
from tests.product.api import Api
from tests.product.factories import make_principal, make_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def _required(settings: Settings) -> None:
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"require_confirmed_email": True})


def order(*, email_verified: bool) -> Any:
    api = Api(make_principal(email_verified=email_verified))
    return api.post("/api/v1/orders", {"lines": [{"product_id": str(make_product().pk), "quantity": 1}]})


@pytest.mark.usefixtures("_required")
def test_refuses_an_order_without_it() -> None:
    assert_problem(order(email_verified=False), 403, "email_unconfirmed")
    assert not Order.objects.exists()


@pytest.mark.usefixtures("_required")
def test_takes_an_order_with_it() -> None:
    assert order(email_verified=True).status_code == 202


def test_asks_for_nothing_unless_told_to() -> None:
    assert order(email_verified=False).status_code == 202
