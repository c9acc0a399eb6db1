"""Thousands of events that wait: product's relay is away while customers buy as fast as they can."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from faults.fault import Fault, Scene
from faults.persistent_client import PersistentClient
from tests.shop_client import Json, order_of

_ORDERS, _QUICK_ORDERS = 5_000, 500
_CUSTOMERS = 8
_SETTLED_SECONDS = 60


def faults() -> Iterator[Fault]:
    yield Fault("product-relay", "backlog", "backlog", _backlog, limit_seconds=_SETTLED_SECONDS)


def _backlog(scene: Scene) -> None:
    """The purchase that recovery is measured by stands behind all of them."""
    people, relay = scene.shop.people, scene.shop.machinery.processes["product-relay"]
    count = (_QUICK_ORDERS if scene.is_quick else _ORDERS) // _CUSTOMERS
    product = people.new_product(price="0.10", stock=1_000_000)
    customers = [PersistentClient(people.addresses.urls, scene.journal) for _ in range(_CUSTOMERS)]
    relay.stop()
    try:
        with ThreadPoolExecutor(_CUSTOMERS) as pool:
            list(pool.map(lambda customer: _buy(customer, product, count), customers))
    finally:
        relay.start()
        for customer in customers:
            customer.close()


def _buy(customer: PersistentClient, product: Json, count: int) -> None:
    for _ in range(count):
        customer.post("product", "/api/v1/orders", order_of(product)).raise_for_status()
