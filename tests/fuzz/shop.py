"""A shop to be fuzzed: nobody else's, for it is filled with nonsense and emptied again."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from servicekit.ids import new_id
from stack.shop import Shop
from tests.running_shop import Addresses, RunningShop
from tests.shop_client import PASSWORD, Visitor
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
    """Somebody of this role with an account of their own, which the run may spoil. A customer has bought something."""
    if role == "anonymous":
        return shop.visitor
    if role == "customer":
        customer = shop.new_customer()
        customer.wait_for(customer.buy(shop.new_product())["id"], "paid")
        return customer
    name = f"{role}-{new_id().hex[-12:]}"
    account = {"username": name, "email": f"{name}@example.com", "password": PASSWORD, "role": role}
    response = shop.admin.post("auth", "/api/v1/users", account)
    assert response.status_code == 201, response.text
    return shop.visitor.sign_in(name, PASSWORD)
