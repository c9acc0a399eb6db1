"""Many orders: placing them at the same time, and waiting until all of them are settled."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from tests.rest import wait_for_rest
from tests.running_shop import RunningShop
from tests.shop_client import Customer, Json
from tests.waiting import wait_until


def place_orders(customers: Sequence[Customer], product: Json, count: int) -> list[str]:
    """Place orders in turn for the customers, eight at a time; their ids."""
    with ThreadPoolExecutor(8) as pool:
        orders = pool.map(lambda number: customers[number % len(customers)].buy(product), range(count))
        return [order["id"] for order in orders]


def wait_until_paid(shop: RunningShop, order_ids: Sequence[str], *, timeout_seconds: float = 60) -> None:
    """Fails with the states of all orders when one of them is not paid in time."""
    query = "SELECT payment_status, count(*) FROM orders WHERE id = ANY(%s::uuid[]) GROUP BY payment_status"

    def states() -> dict[str, int]:
        return dict(shop.rows("product", query, list(order_ids)))

    try:
        wait_until(lambda: states() == {"paid": len(order_ids)}, timeout_seconds=timeout_seconds)
    except AssertionError:
        raise AssertionError(f"of {len(order_ids)} orders not all were paid: {states()}") from None


def payments_of(shop: RunningShop, order_ids: Sequence[str]) -> int:
    """How many payments there are for these orders, of whatever outcome."""
    return shop.number("payment", "SELECT count(*) FROM payments WHERE order_id = ANY(%s::uuid[])", list(order_ids))


def let_queues_pass(shop: RunningShop, product: Json) -> None:
    """Returns when all that was in the queues has been processed: what comes behind it has been, and order is kept."""
    customer = shop.new_customer()
    wait_until(customer.wallets)
    wait_until_paid(shop, [customer.buy(product)["id"]])
    wait_for_rest(shop)
