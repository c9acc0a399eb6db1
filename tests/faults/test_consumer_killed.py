"""A consumer that dies in the middle of its work: every order is settled once, none twice, none never."""

import threading

import pytest

from stack.shop import Shop
from tests.faults.orders import payments_of, place_orders, wait_until_paid
from tests.rest import assert_at_rest
from tests.running_shop import RunningShop
from tests.shop_client import Json
from tests.waiting import wait_until


def test_the_payment_consumer_is_killed_again_and_again_during_200_orders(
    machinery: Shop, shop: RunningShop, product: Json
) -> None:
    customers = [shop.new_customer() for _ in range(4)]
    consumer = machinery.processes["payment-consumer"]
    killed_while_orders_were_open = 0
    placed = threading.Event()

    def kill_every_now_and_then() -> None:
        nonlocal killed_while_orders_were_open
        settled = 0
        while not placed.wait(0.3):
            open_orders = shop.number("product", "SELECT count(*) FROM orders WHERE payment_status = 'unpaid'")
            consumer.kill()
            killed_while_orders_were_open += open_orders > 0
            settled += 1

    killer = threading.Thread(target=kill_every_now_and_then)
    killer.start()
    try:
        order_ids = place_orders(customers, product, 200)
    finally:
        placed.set()
        killer.join()

    wait_until_paid(shop, order_ids)
    assert killed_while_orders_were_open >= 3
    assert payments_of(shop, order_ids) == 200
    assert shop.stock(product) == (99_800, 0, 200)
    assert_at_rest(shop)


def test_a_full_queue_is_worked_off_by_two_consumers_of_which_one_dies(
    machinery: Shop, shop: RunningShop, product: Json
) -> None:
    machinery.processes["payment-consumer"].stop()
    order_ids = place_orders([shop.new_customer() for _ in range(4)], product, 200)

    second = machinery.processes.start_another("payment-consumer")
    machinery.processes["payment-consumer"].start()
    wait_until(lambda: payments_of(shop, order_ids) > 0)
    second.kill()

    wait_until_paid(shop, order_ids)
    second.stop()
    assert payments_of(shop, order_ids) == 200
    assert_at_rest(shop)


@pytest.mark.parametrize("name", ["product-relay", "payment-relay", "product-consumer", "product-clock"])
def test_another_worker_is_killed_during_orders(machinery: Shop, shop: RunningShop, product: Json, name: str) -> None:
    customers = [shop.new_customer() for _ in range(2)]
    order_ids = place_orders(customers, product, 20)
    machinery.processes[name].kill()
    order_ids += place_orders(customers, product, 20)

    machinery.processes[name].kill()

    wait_until_paid(shop, order_ids)
    assert payments_of(shop, order_ids) == 40
    assert_at_rest(shop)
