"""How fast the payment consumer settles a backlog, against what PostgreSQL itself commits of the same statements.

Both on the same PostgreSQL, in turns: first the consumer takes orders off the broker, in its batches; then pgbench,
with eight clients and prepared statements, commits what one order needs in a transaction of its own.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle, islice
from uuid import UUID

import pika

from bench.bare_payment import bare_payments_per_second, buyers
from bench.consistency import faults_of_money, messages_left
from bench.private_shop import PrivateService, private_service
from bench.report import Figure
from bench.scale import Scale
from bench.statements import row
from bench.wallet_rows import open_wallets
from servicekit.contracts import CloudEvent, OrderLine, OrderPlaced
from servicekit.ids import new_id

LEAST_RATIO = 1.0
LONGEST_SECONDS = 120.0
_BATCH = 200

# From the first commit to the last of the latest payments, so many of them.
_SECONDS = """
SELECT extract(epoch FROM max(created_at) - min(created_at))
FROM (SELECT created_at FROM payments ORDER BY created_at DESC LIMIT %s) AS latest
"""


def measure(scale: Scale) -> Iterator[Figure]:
    """Payments per second of the consumer and of pgbench, and their ratio."""
    backlog = 2_000 if scale.is_quick else 10_000
    with private_service("payment", processes=(), rabbitmq=True) as payment:
        open_wallets(payment.database.app, buyers(), balance_minor=10**9)
        settle(payment, backlog // 10)  # warms up
        rounds = [
            (settle(payment, backlog), bare_payments_per_second(payment.database.app, seconds=scale.seconds))
            for _ in range(scale.turns)
        ]
        consistency = [faults_of_money(payment), messages_left(payment)]
    ratios = [consumer / pgbench for consumer, pgbench in rounds]
    yield Figure.median(ratios, name="consumer per pgbench", unit="", at_least=LEAST_RATIO)
    yield Figure.median([consumer for consumer, _ in rounds], name="payment consumer", unit="payments/s")
    yield Figure.median([pgbench for _, pgbench in rounds], name="pgbench, 8 clients", unit="payments/s")
    yield from consistency


def settle(payment: PrivateService, number: int) -> float:
    """Payments per second, from the first batch's commit to the last's, of a backlog that was there before."""
    (before,) = row(payment.database.owner, "SELECT count(*) FROM payments")
    _publish(payment, number)
    with _consumer(payment):
        deadline = time.monotonic() + LONGEST_SECONDS
        while row(payment.database.owner, "SELECT count(*) FROM payments")[0] < before + number:
            if time.monotonic() > deadline:
                raise TimeoutError(f"not settled after {LONGEST_SECONDS} s")
            time.sleep(0.2)
    (seconds,) = row(payment.database.owner, _SECONDS, number)
    return (number - _BATCH) / float(seconds)


@contextmanager
def _consumer(payment: PrivateService) -> Iterator[None]:
    process = subprocess.Popen([sys.executable, "-m", "payment", "consumer"], env=payment.environment)
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=15)


def _publish(payment: PrivateService, number: int) -> None:
    connection = pika.BlockingConnection(pika.URLParameters(payment.servers.rabbitmq.url("product")))
    channel = connection.channel()
    channel.confirm_delivery()
    for user_id in islice(cycle(buyers()), number):
        event = _order_placed(user_id)
        channel.basic_publish("product.events", event.type, event.to_json().encode())
    connection.close()


def _order_placed(user_id: UUID) -> CloudEvent[OrderPlaced]:
    line = OrderLine(product_id=new_id(), sku="MUG-1", name="Mug", quantity=1, unit_price="0.01")
    placed = OrderPlaced(
        order_id=new_id(), number="2026-000001", user_id=user_id, currency="EUR", total="0.01", lines=(line,)
    )
    return CloudEvent[OrderPlaced].of(placed, sequence=1)
