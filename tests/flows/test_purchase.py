"""The purchase, end to end: an order is placed, payment takes the money, the order is confirmed."""

import json

import pytest

from tests.invariants import assert_consistent
from tests.running_shop import RunningShop
from tests.shop_client import Customer, Json
from tests.waiting import wait_until

TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736"


def test_registering_opens_a_wallet_with_the_starting_balance(customer: Customer) -> None:
    (wallet,) = wait_until(customer.wallets)

    assert (wallet["balance"], wallet["currency"]) == ("1000.00", "EUR")


def test_an_order_is_accepted_at_once_with_the_servers_price(customer: Customer, product: Json) -> None:
    response = customer.place(product, quantity=3)

    order = response.json()
    assert response.status_code == 202
    assert response.headers["Location"].endswith(f"/api/v1/orders/{order['id']}")
    assert (order["total"], order["currency"]) == ("30.00", "EUR")
    assert (order["status"], order["fulfillment_status"]) == ("pending", "unfulfilled")
    (line,) = order["lines"]
    assert (line["product_id"], line["quantity"], line["unit_price"]) == (product["id"], 3, "10.00")


def test_an_order_is_paid_and_confirmed_by_itself(shop: RunningShop, customer: Customer, product: Json) -> None:
    placed = customer.buy(product, quantity=3)

    order = customer.wait_for(placed["id"], "paid")

    assert (order["status"], order["payment_status"]) == ("confirmed", "paid")
    assert shop.stock(product) == (97, 0, 3)
    (wallet,) = customer.wallets()
    assert wallet["balance"] == "970.00"
    assert_consistent(shop)


def test_the_payment_is_there_for_its_buyer(customer: Customer, product: Json) -> None:
    order = customer.buy(product)
    customer.wait_for(order["id"], "paid")

    (payment,) = customer.payments(order["id"])

    assert (payment["status"], payment["attempt"]) == ("succeeded", 1)
    assert (payment["amount"], payment["currency"]) == ("10.00", "EUR")
    assert customer.read("payment", f"/api/v1/payments/{payment['id']}") == payment


def test_the_timeline_tells_what_happened_and_why(customer: Customer, product: Json) -> None:
    order = customer.buy(product)
    customer.wait_for(order["id"], "paid")

    placed, paid = customer.read("product", f"/api/v1/orders/{order['id']}/events")["results"]

    assert (placed["type"], placed["cause"]) == ("placed", "customer")
    assert (placed["status"], placed["payment_status"]) == ("pending", "unpaid")
    assert (paid["type"], paid["cause"]) == ("paid", "payment.succeeded")
    assert (paid["status"], paid["payment_status"]) == ("confirmed", "paid")
    assert placed["occurred_at"] < paid["occurred_at"]


def test_staff_can_follow_the_timeline_through_the_messages(
    shop: RunningShop, customer: Customer, product: Json
) -> None:
    order = customer.buy(product)
    customer.wait_for(order["id"], "paid")

    placed, paid = shop.staff.read("product", f"/api/v1/orders/{order['id']}/events")["results"]

    sent, confirmed = (event["id"] for event in recorded_events(shop, "product", order))
    (answer,) = (event["id"] for event in recorded_events(shop, "payment", order))
    assert (placed["published_id"], placed["actor_id"]) == (sent, customer.user_id)
    assert (paid["message_id"], paid["published_id"]) == (answer, confirmed)


def test_money_only_moves_from_the_buyer_to_the_shop(shop: RunningShop, customer: Customer, product: Json) -> None:
    order = customer.buy(product, quantity=2)
    customer.wait_for(order["id"], "paid")

    entries = shop.rows(
        "payment",
        """
        SELECT kind, ledger_entries.amount_minor FROM payments
        JOIN ledger_entries ON transaction_id = ledger_transaction_id
        JOIN ledger_accounts ON ledger_accounts.id = account_id
        WHERE order_id = %s ORDER BY ledger_entries.amount_minor
        """,
        order["id"],
    )

    assert entries == [("wallet", -2000), ("sales", 2000)]


def test_one_trace_and_one_chain_of_causes_run_through_the_whole_purchase(
    shop: RunningShop, customer: Customer, product: Json
) -> None:
    order = customer.call(
        "POST", "product", "/api/v1/orders",
        json={"lines": [{"product_id": product["id"], "quantity": 1}]},
        headers={"traceparent": f"00-{TRACE_ID}-00f067aa0ba902b7-01"},
    ).json()  # fmt: skip
    customer.wait_for(order["id"], "paid")

    placed, confirmed = recorded_events(shop, "product", order)
    (succeeded,) = recorded_events(shop, "payment", order)

    assert [event["type"] for event in (placed, succeeded, confirmed)] == [
        "order.placed", "payment.succeeded", "order.confirmed",
    ]  # fmt: skip
    spans = [event["traceparent"].split("-")[1:3] for event in (placed, succeeded, confirmed)]
    assert [trace_id for trace_id, _ in spans] == [TRACE_ID] * 3
    assert len({span_id for _, span_id in spans}) == 3
    assert (succeeded["causationid"], confirmed["causationid"]) == (placed["id"], succeeded["id"])


@pytest.mark.parametrize(
    "route", [("product", "payment", "payment.orders"), ("payment", "product", "product.payments")], ids=str
)
def test_every_event_of_the_purchase_is_published_and_processed(
    shop: RunningShop, customer: Customer, product: Json, route: tuple[str, str, str]
) -> None:
    sender, receiver, queue = route
    order = customer.buy(product)
    customer.wait_for(order["id"], "paid")

    ids = [event["id"] for event in recorded_events(shop, sender, order)]

    unpublished = "SELECT FROM outbox_events WHERE correlation_id = %s AND published_at IS NULL"
    processed = "SELECT count(*) FROM inbox_messages WHERE consumer = %s AND message_id = ANY(%s::uuid[])"
    wait_until(lambda: not shop.rows(sender, unpublished, order["id"]))
    wait_until(lambda: shop.number(receiver, processed, queue, ids) == len(ids))


def test_money_goes_by_the_price_of_the_moment_of_ordering(
    shop: RunningShop, customer: Customer, product: Json
) -> None:
    order = customer.buy(product)
    shop.staff.call("PATCH", "product", f"/api/v1/products/{product['id']}", json={"price": "99.00"})

    customer.wait_for(order["id"], "paid")

    assert customer.payments(order["id"])[0]["amount"] == "10.00"
    assert customer.order(order["id"])["lines"][0]["unit_price"] == "10.00"


def recorded_events(shop: RunningShop, service: str, order: Json) -> list[Json]:
    """The events of the order that the service has recorded, in their order."""
    rows = shop.rows(service, "SELECT body FROM outbox_events WHERE correlation_id = %s ORDER BY id", order["id"])
    return [json.loads(body) for (body,) in rows]
