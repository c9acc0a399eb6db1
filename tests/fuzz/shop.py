"""A shop to be fuzzed: nobody else's, for it is filled with nonsense and emptied again."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stack.shop import Shop
from tests.running_shop import Addresses, RunningShop
from tests.shop_client import Visitor
from tests.shop_process import SETTINGS

_SETTINGS = SETTINGS | {"AUTH_ACCESS_TOKEN_SECONDS": "3600"}


@contextmanager
def fuzzed_shop() -> Iterator[RunningShop]:
    with (
        tempfile.TemporaryDirectory(prefix="storefront-fuzz-") as folder,
        Shop(Path(folder), disposable=True, environment=_SETTINGS) as shop,
    ):
        running = RunningShop(Addresses.of(shop))
        yield running
        running.close()


def caller(shop: RunningShop, role: str) -> Visitor:
    """Somebody of this role, in a new session. A customer has bought something."""
    if role == "anonymous":
        return shop.visitor
    if role == "customer":
        customer = shop.new_customer()
        customer.wait_for(customer.buy(shop.new_product())["id"], "paid")
        return customer
    return shop.visitor.sign_in(**shop.addresses.accounts[role])
