"""A shop of the fault tests' own, whose parts they stop, kill and wipe. One for all: see tests/scheduling.py."""

from collections.abc import Iterator

import pytest

from stack.shop import Shop
from tests import shop_process
from tests.own_shop import machinery, shop
from tests.running_shop import RunningShop
from tests.shop_client import Json

__all__ = ["machinery", "shop"]


@pytest.fixture(scope="session")
def shop_settings() -> dict[str, str]:
    """Production's, but more impatient."""
    return shop_process.SETTINGS | {"PRODUCT_REASK_AFTER_SECONDS": "3", "PRODUCT_CLOCK_INTERVAL_SECONDS": "0.5"}


@pytest.fixture(autouse=True)
def repaired(machinery: Shop) -> Iterator[None]:
    """Whatever a test has stopped runs again after it."""
    yield
    machinery.postgres.start()
    machinery.rabbitmq.start()
    procfile = [process for name, process in machinery.processes.items() if "." not in name]  # without second ones
    for process in procfile:
        process.start()
    for process in procfile:
        process.wait_until_healthy()


@pytest.fixture
def product(shop: RunningShop) -> Json:
    """Cheap and plenty: a new wallet pays for a thousand of them."""
    return shop.new_product(price="1.00", stock=100_000)
