"""The broker delivers at least once: what comes again, and again, has no second effect."""

from stack.credentials import SERVICES
from stack.shop import Shop
from tests.faults.messages import latest_message, publish, recorded_messages, wait_until_queued
from tests.faults.orders import payments_of, place_orders, wait_until_paid
from tests.invariants import assert_at_rest, wait_for_rest
from tests.running_shop import RunningShop
from tests.shop_client import Json
from tests.waiting import wait_until

EFFECTS = {
    "payment": ("payments", "ledger_entries", "wallets", "outbox_events", "inbox_messages", "parked_messages"),
    "product": ("orders", "order_events", "outbox_events", "inbox_messages", "parked_messages"),
}


def effects(shop: RunningShop) -> dict[str, int]:
    return {
        f"{service}.{table}": shop.number(service, f"SELECT count(*) FROM {table}")
        for service, tables in EFFECTS.items()
        for table in tables
    }


def test_messages_that_were_processed_come_three_more_times(shop: RunningShop, product: Json) -> None:
    start = {service: latest_message(shop, service) for service in SERVICES}
    wait_until_paid(shop, place_orders([shop.new_customer() for _ in range(3)], product, 30))
    wait_for_rest(shop)
    before, stock = effects(shop), shop.stock(product)

    for service in SERVICES:
        publish(shop, service, recorded_messages(shop, service, after=start[service]) * 3)

    assert_at_rest(shop)
    assert effects(shop) == before
    assert shop.stock(product) == stock


def test_every_message_comes_three_times_at_once(machinery: Shop, shop: RunningShop, product: Json) -> None:
    """Copies meet in one batch, before any of them was processed."""
    wait_for_rest(shop)
    start = latest_message(shop, "product")
    machinery.processes["payment-consumer"].stop()
    order_ids = place_orders([shop.new_customer() for _ in range(3)], product, 30)
    wait_until(lambda: not shop.number("product", "SELECT count(*) FROM outbox_events WHERE published_at IS NULL"))
    publish(shop, "product", recorded_messages(shop, "product", after=start) * 2)
    wait_until_queued(shop, "payment", "payment.orders", 90)

    machinery.processes["payment-consumer"].start()

    wait_until_paid(shop, order_ids)
    assert payments_of(shop, order_ids) == 30
    assert_at_rest(shop)


def test_answers_come_in_the_wrong_order_and_repeatedly(machinery: Shop, shop: RunningShop, product: Json) -> None:
    wait_for_rest(shop)
    start = latest_message(shop, "payment")
    machinery.processes["product-consumer"].stop()
    order_ids = place_orders([shop.new_customer() for _ in range(3)], product, 30)
    wait_until(lambda: payments_of(shop, order_ids) == 30)
    answers = recorded_messages(shop, "payment", after=start)
    publish(shop, "payment", [*reversed(answers), *answers])

    machinery.processes["product-consumer"].start()

    wait_until_paid(shop, order_ids)
    assert shop.stock(product) == (99_970, 0, 30)
    assert_at_rest(shop)
