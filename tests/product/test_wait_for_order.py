"""Waiting for an order to reach a state: soon after it does, not longer than asked, and without a connection each."""

import threading
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from django.db import connection

from product.orders.models import Order
from product.orders.waiting import OrderWatcher, order_watcher
from servicekit.principal import Principal
from tests.parallel import at_once
from tests.problems import assert_invalid
from tests.product.api import Api
from tests.product.factories import failed, make_order, receive, succeeded
from tests.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_watcher_outlives_its_test() -> Iterator[None]:
    yield
    # Its connection would stand in the way of emptying the tables.
    wait_until(lambda: not order_watcher()._waiters, waiting_for="the watcher to rest")


def get(principal: Principal, order: Order, **query: Any) -> Any:
    try:
        return Api(principal).get(f"/api/v1/orders/{order.pk}", query)
    finally:
        connection.close()


def after(seconds: float, act: Any) -> threading.Thread:
    def run() -> None:
        time.sleep(seconds)
        act()
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.parametrize(("answer", "state"), [(succeeded, "paid"), (failed, "failed")])
def test_answers_as_soon_as_the_state_is_reached(customer: Principal, answer: Any, state: str) -> None:
    order = make_order(buyer=customer)
    started = time.monotonic()
    paying = after(0.3, lambda: receive(answer(order)))

    response = get(customer, order, wait=10, until="paid,failed,cancelled")

    paying.join()
    assert response.json()["payment_status"] == state
    assert 0.3 < time.monotonic() - started < 5


def test_answers_at_once_when_it_is_there_already(customer: Principal) -> None:
    order = make_order(buyer=customer)
    started = time.monotonic()

    get(customer, order, wait=10, until="unpaid")

    assert time.monotonic() - started < 5


def test_answers_with_the_state_as_it_is_when_the_time_is_over(customer: Principal) -> None:
    order = make_order(buyer=customer)
    started = time.monotonic()

    response = get(customer, order, wait=0.5, until="shipped")

    assert response.json()["fulfillment_status"] == "unfulfilled"
    assert 0.5 <= time.monotonic() - started < 5


def test_many_wait_without_holding_connections(customer: Principal) -> None:
    orders = [make_order(buyer=customer) for _ in range(40)]
    connection.ensure_connection()
    pool = connection._pool  # type: ignore[attr-defined]
    connection.close()
    free: list[int] = []

    def look_then_pay() -> None:
        wait_until(lambda: len(order_watcher()._waiters) == len(orders), waiting_for="all to wait")
        connection.close()
        free.append(pool._slots._value)
        receive(*[succeeded(order) for order in orders])

    paying = after(0, look_then_pay)
    responses = at_once([partial(get, customer, order, wait=20) for order in orders])

    paying.join()
    assert {response.json()["payment_status"] for response in responses} == {"paid"}
    assert free[0] >= 14


def test_a_server_that_ends_lets_nobody_wait(customer: Principal) -> None:
    order = make_order(buyer=customer)
    watcher = OrderWatcher()
    started = time.monotonic()
    stopping = after(0.2, watcher.stop)

    watcher.wait(order.pk, frozenset({"shipped"}), timeout_seconds=20)

    stopping.join()
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("parameter", "value"), [("wait", "31"), ("wait", "-1"), ("wait", "nan"), ("wait", "soon"), ("until", "paid,happy")]
)
def test_refuses_values_that_it_does_not_know(customer: Principal, parameter: str, value: str) -> None:
    order = make_order(buyer=customer)

    assert_invalid(get(customer, order, **{parameter: value}), parameter)
