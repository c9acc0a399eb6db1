"""A shop of a folder's own, of which its tests may stop and break parts. Its conftest imports the fixtures.

It says by `shop_settings` what is other than in production.
"""

from collections.abc import Iterator, Mapping
from contextlib import closing

import pytest

from stack.shop import Shop
from tests.running_shop import Addresses, RunningShop


@pytest.fixture(scope="session")
def machinery(tmp_path_factory: pytest.TempPathFactory, shop_settings: Mapping[str, str]) -> Iterator[Shop]:
    """Servers and processes, to be broken. They are started once."""
    with Shop(tmp_path_factory.mktemp("shop"), disposable=True, environment=shop_settings) as running:
        yield running


@pytest.fixture(scope="session")
def shop(machinery: Shop) -> Iterator[RunningShop]:
    """The same shop as its people see it."""
    with closing(RunningShop(Addresses.of(machinery))) as running:
        yield running
