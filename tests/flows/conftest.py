"""People for the flows. The shop is shared: every test makes customers and products of its own."""

import pytest

from tests.running_shop import RunningShop
from tests.shop_client import Customer, Json


@pytest.fixture
def customer(shop: RunningShop) -> Customer:
    """With a wallet of 1000.00 EUR, as soon as payment has heard of the registration."""
    return shop.new_customer()


@pytest.fixture
def product(shop: RunningShop) -> Json:
    """100 pieces for 10.00 EUR each."""
    return shop.new_product()
