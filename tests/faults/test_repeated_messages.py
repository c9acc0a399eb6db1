"""The broker delivers at least once: what comes again, and again, has no second effect."""

from stack.credentials import SERVICES
from stack.shop import Shop
from tests.faults.messages import latest_message, publish, recorded_messages, wait_until_queued
from tests.faults.orders import let_queues_pass, payments_of, place_orders, wait_until_paid
from tests.rest import assert_at_rest, wait_for_rest
from tests.running_shop import RunningShop
from tests.shop_client import Json
from tests.waiting import wait_until

EFFECTS = {
    "payments": ("payment", "SELECT count(*) FROM payments WHERE order_id = ANY(%s::uuid[])"),
    "answers": ("payment", "SELECT count(*) FROM outbox_events WHERE correlation_id = ANY(%s::uuid[])"),
    "events": ("product", "SELECT count(*) FROM outbox_events WHERE correlation_id = ANY(%s::uuid[])"),
    "transitions": (
        "product", "SELECT count(*) FROM order_events WHERE type <> 'stale' AND order_id = ANY(%s::uuid[])",
    ),
}  # fmt: skip


def effects(shop: RunningShop, order_ids: list[str]) -> dict[str, int]:
    """How many rows these orders have led to. A stale message is recorded, and changes nothing."""
    return {name: shop.number(service, query, order_ids) for name, (service, query) in EFFECTS.items()}


def test_messages_that_were_processed_come_three_more_times(shop: RunningShop, product: Json) -> None:
    start = {service: latest_message(shop, service) for service in SERVICES}
    customers = [shop.new_customer() for _ in range(3)]
    order_ids = place_orders(customers, product, 30)
    wait_until_paid(shop, order_ids)
    wait_for_rest(shop)
    before = effects(shop, order_ids)

    for service in SERVICES:
        publish(shop, service, recorded_messages(shop, service, after=start[service]) * 3)
    let_queues_pass(shop, product)

    assert effects(shop, order_ids) == before
    assert (before["payments"], before["transitions"]) == (30, 60)
    assert [[wallet["balance"] for wallet in customer.wallets()] for customer in customers] == [["990.00"]] * 3
    assert_at_rest(shop)


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
    let_queues_pass(shop, product)
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
    let_queues_pass(shop, product)
    assert effects(shop, order_ids)["transitions"] == 60
    assert_at_rest(shop)
