"""SIGTERM under load: every process finishes what it has in hand and is gone within ten seconds; nothing is lost."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx2
import pytest

from servicekit.ids import new_id
from stack.shop import Shop
from tests.faults.orders import wait_until_paid
from tests.rest import assert_at_rest
from tests.running_shop import RunningShop
from tests.shop_client import Customer, Json
from tests.waiting import wait_until

KINDS = {
    "web": ("auth-web", "product-web", "payment-web"),
    "relay": ("auth-relay", "product-relay", "payment-relay"),
    "worker": ("product-consumer", "product-clock", "product-webhooks", "payment-consumer"),
}


@pytest.mark.parametrize("names", KINDS.values(), ids=KINDS.keys())
def test_processes_leave_within_ten_seconds_and_no_order_is_lost(
    machinery: Shop, shop: RunningShop, product: Json, names: tuple[str, ...]
) -> None:
    customers = [shop.new_customer() for _ in range(4)]

    with buyers(customers, product) as orders:
        wait_until(lambda: len(orders) > 20)
        with ThreadPoolExecutor() as pool:
            seconds = list(pool.map(lambda name: seconds_to_stop(machinery, name), names))
        for name in names:
            machinery.processes[name].start()
            machinery.processes[name].wait_until_healthy()
        enough = len(orders) + 20
        wait_until(lambda: len(orders) > enough)

    assert max(seconds) < 10, dict(zip(names, seconds, strict=True))
    wait_until_paid(shop, list(orders.values()))
    assert shop.stock(product) == (100_000 - len(orders), 0, len(orders))
    assert_at_rest(shop)


def seconds_to_stop(machinery: Shop, name: str) -> float:
    started = time.monotonic()
    machinery.processes[name].stop()
    return time.monotonic() - started


@contextmanager
def buyers(customers: list[Customer], product: Json) -> Iterator[dict[str, str]]:
    """Customers who buy one thing after the other, and repeat what was not answered: order ids by idempotency key."""
    orders: dict[str, str] = {}
    enough = threading.Event()

    def keep_buying(customer: Customer) -> None:
        while not enough.is_set():
            key = str(new_id())
            while key not in orders:
                order_id = try_to_buy(customer, product, key)
                if order_id:
                    orders[key] = order_id
                else:
                    enough.wait(0.1)

    with ThreadPoolExecutor(len(customers)) as pool:
        running = [pool.submit(keep_buying, customer) for customer in customers]
        try:
            yield orders
        finally:
            enough.set()
    for buyer in running:
        buyer.result()


def try_to_buy(customer: Customer, product: Json, key: str) -> str | None:
    """The order's id; None when the shop does not answer, or asks to come back later."""
    try:
        answer = customer.place(product, key=key)
    except httpx2.TransportError:
        return None
    if answer.status_code in {409, 503}:
        return None
    assert answer.status_code == 202, answer.text
    order_id: str = answer.json()["id"]
    return order_id
