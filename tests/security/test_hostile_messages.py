"""What somebody sends to the queues who should not: put aside or passed over, and nobody's money or order moves."""

import hashlib
import struct
from collections.abc import Mapping
from typing import Any

import pika
import pytest

from servicekit.messaging.topology import EXCHANGES
from stack.shop import Shop
from tests.rest import wait_for_rest
from tests.running_shop import RunningShop
from tests.security.conftest import Figure
from tests.security.hostile_messages import Hostile, hostile_messages, spoilt_data
from tests.shop_client import Customer
from tests.waiting import wait_until

_AT_LEAST = 60
_QUEUES = {
    "payment.orders": (
        "product",
        ["order.placed", "order.payment_requested", "order.cancelled"],
        ("auth", "user.registered"),
    ),
    "payment.users": ("auth", ["user.registered", "user.deleted", "session.revoked"], ("product", "order.placed")),
    "product.users": ("auth", ["user.registered", "user.deleted", "session.revoked"], ("payment", "payment.succeeded")),
    "product.payments": (
        "payment",
        ["payment.succeeded", "payment.failed", "payment.refunded", "payment.voided"],
        ("auth", "user.registered"),
    ),
}
"""By queue: who writes to it, types of events on it, and an event of somebody else's for another queue."""
_STATES = {
    "product": ("orders", "stock", "revoked_sessions"),
    "payment": ("wallets", "ledger_entries", "payments", "revoked_sessions"),
}
"""Tables in which no row that was there may change."""


@pytest.fixture(scope="module")
def witness(shop: RunningShop) -> Customer:
    """Buys when all is sent. Others have done before whatever there is a message about."""
    victim, leaver = shop.new_customer(), shop.new_customer()
    wait_until(lambda: victim.wallets() and leaver.wallets())
    product, dear = shop.new_product(), shop.new_product(price="5000.00")
    paid = victim.buy(product)
    victim.wait_for(paid["id"], "paid")
    (payment,) = victim.payments(paid["id"])
    assert shop.staff.post("payment", f"/api/v1/payments/{payment['id']}/refund", {"amount": "1.00"}).status_code == 201
    declined = victim.buy(dear)
    victim.wait_for(declined["id"], "failed")
    for act in ("pay", "cancel"):
        assert victim.post("product", f"/api/v1/orders/{declined['id']}/{act}", key=act).status_code == 202
    assert leaver.call("DELETE", "auth", f"/api/v1/users/{leaver.user_id}").status_code == 204
    wait_for_rest(shop)
    return shop.new_customer()


@pytest.mark.parametrize("queue", _QUEUES)
def test_a_hostile_message_moves_nothing(
    machinery: Shop, shop: RunningShop, witness: Customer, queue: str, figure: Figure
) -> None:
    writer, (event_type, *other_types), foreign = _QUEUES[queue]
    messages = list(hostile_messages(_recorded(shop, writer, event_type), foreign=_recorded(shop, *foreign)))
    for other in other_types:
        messages += spoilt_data(_recorded(shop, writer, other))
    wait_until(lambda: _are_settled(shop, witness), timeout_seconds=60)
    before = {name: _without(rows, witness) for name, rows in _state(shop).items()}

    _publish(shop, writer, event_type, messages)
    wait_until(lambda: _are_settled(shop, witness), timeout_seconds=60)

    assert len({message.flaw for message in messages}) == len(messages) >= _AT_LEAST
    consumer = queue.partition(".")[0]
    reasons = _parked(shop, queue)
    wrong = [fault for message in messages if (fault := _fault(message, reasons))]
    wrong += [f"{name} changed" for name, rows in _state(shop).items() if before[name] - rows]
    wrong += [f"{queue}: the consumer died"] * machinery.processes[f"{consumer}-consumer"].restarts
    figure(f"hostile messages to {queue}", len(messages), wrong)


def test_bytes_that_are_no_text_in_a_property_do_not_stop_the_consumer(
    machinery: Shop, shop: RunningShop, witness: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RabbitMQ takes any bytes for a short string; the libraries of most languages do not."""
    monkeypatch.setattr("pika.data.encode_short_string", _in_latin_1)
    for name in ("message_id", "type", "correlation_id", "app_id"):
        _publish(
            shop,
            "product",
            "order.placed",
            [Hostile(name, b"bytes in " + name.encode(), properties={name: "\xff\xfe"})],
        )
    monkeypatch.undo()

    wait_until(lambda: _are_settled(shop, witness), timeout_seconds=60)

    assert machinery.processes["payment-consumer"].restarts == 0


def _in_latin_1(pieces: list[bytes], value: str) -> int:
    """As pika's own, but in an encoding in which these are bytes that no UTF-8 has."""
    encoded = value.encode("latin-1")
    pieces += [struct.pack("B", len(encoded)), encoded]
    return 1 + len(encoded)


def _without(rows: set[tuple[Any, ...]], witness: Customer) -> set[tuple[Any, ...]]:
    """The witness's own things change."""
    return {row for row in rows if witness.user_id not in row[0]}


def _recorded(shop: RunningShop, service: str, event_type: str) -> str:
    """The latest event of this type, as it was sent."""
    query = "SELECT body FROM outbox_events WHERE type = %s ORDER BY id DESC LIMIT 1"
    body: str = shop.rows(service, query, event_type)[0][0]
    return body


def _publish(shop: RunningShop, writer: str, event_type: str, messages: list[Hostile]) -> None:
    """With the account of the service that writes there: as if it were in the hands of somebody else."""
    connection = pika.BlockingConnection(pika.URLParameters(shop.addresses.brokers[writer]))
    try:
        channel = connection.channel()
        channel.confirm_delivery()
        for message in messages:
            properties = pika.BasicProperties(**({"delivery_mode": 2, "type": event_type} | message.properties))
            channel.basic_publish(EXCHANGES[writer], event_type, message.body, properties, mandatory=True)
    finally:
        connection.close()


def _are_settled(shop: RunningShop, witness: Customer) -> bool:
    """What was sent behind them has been processed, on every queue; nothing waits."""
    order = witness.buy(shop.new_product(price="0.01"))
    witness.wait_for(order["id"], "paid", timeout_seconds=50)
    wait_for_rest(shop)
    return True


def _parked(shop: RunningShop, queue: str) -> dict[bytes, str]:
    consumer = queue.partition(".")[0]
    rows = shop.rows(consumer, "SELECT body_hash, reason FROM parked_messages WHERE consumer = %s", queue)
    return {bytes(body_hash): reason for body_hash, reason in rows}


def _fault(message: Hostile, reasons: Mapping[bytes, str]) -> str | None:
    reason = reasons.get(hashlib.sha256(message.body).digest())
    if reason == "processing_failed":
        return f"{message.flaw}: taken for a defect of ours"
    if (reason is not None) != message.is_parked:
        return f"{message.flaw}: {f'parked as {reason}' if reason else 'not parked'}"
    return None


def _state(shop: RunningShop) -> dict[str, set[tuple[Any, ...]]]:
    return {
        table: set(shop.rows(service, f"SELECT whole::text FROM {table} AS whole"))
        for service, tables in _STATES.items()
        for table in tables
    }
