"""Without PostgreSQL every service says so at once, and works again soon after its return, without a restart."""

import time
from functools import partial

from stack.shop import Shop
from tests.faults.orders import place_orders, wait_until_paid
from tests.parallel import at_once
from tests.problems import assert_problem
from tests.rest import assert_at_rest
from tests.running_shop import RunningShop
from tests.shop_client import Customer, Json
from tests.waiting import wait_until

READS = [("auth", "/api/v1/users/me"), ("product", "/api/v1/orders"), ("payment", "/api/v1/wallets")]


def test_requests_are_answered_with_503_and_the_pools_recover(
    machinery: Shop, shop: RunningShop, product: Json
) -> None:
    customer = shop.new_customer()
    order_ids, restarts_before = place_orders([customer], product, 10), restarts(machinery)
    machinery.postgres.stop()

    reads = [partial(customer.get, service, path) for service, path in READS * 10]
    answers = at_once([*reads, partial(customer.place, product)])
    for answer in answers:
        assert_problem(answer, 503)
    assert max(answer.elapsed.total_seconds() for answer in answers) < 5
    for service, _ in READS:
        assert shop.visitor.get(service, "/healthcheck").status_code == 200
        health = shop.visitor.get(service, "/health")
        assert (health.status_code, health.json()["dependencies"]["database"]) == (503, "unavailable")

    machinery.postgres.start()
    returned = time.monotonic()
    for service, path in READS:
        wait_until(partial(is_open, customer, service, path), timeout_seconds=10)
        assert shop.visitor.get(service, "/health").status_code == 200
    order_ids.append(customer.buy(product)["id"])
    assert time.monotonic() - returned < 10
    wait_until_paid(shop, order_ids)
    assert_at_rest(shop)
    assert restarts(machinery) == restarts_before


def test_a_restart_in_the_middle_of_many_orders_loses_none(machinery: Shop, shop: RunningShop, product: Json) -> None:
    customers = [shop.new_customer() for _ in range(4)]
    order_ids = place_orders(customers, product, 40)

    machinery.postgres.process.kill()
    wait_until(lambda: shop.visitor.get("product", "/health").status_code == 200)

    order_ids += place_orders(customers, product, 40)
    wait_until_paid(shop, order_ids)
    assert_at_rest(shop)


def is_open(customer: Customer, service: str, path: str) -> bool:
    return customer.get(service, path).status_code == 200


def restarts(machinery: Shop) -> dict[str, int]:
    """How often each process has died by itself."""
    return {process.name: process.restarts for process in machinery.processes.values()}
