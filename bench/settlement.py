"""How fast the payment consumer settles a backlog, against what PostgreSQL itself commits of the same statements.

Both on the same PostgreSQL, in turns: first the consumer takes orders off the broker, in its batches; then pgbench,
with eight clients and prepared statements, commits what one order needs in a transaction of its own.
"""

import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pika
import psycopg2

from bench.consistency import faults_of_money, messages_left
from bench.private_shop import PrivateService, private_service
from bench.report import Figure
from bench.scale import Scale
from servicekit.contracts import CloudEvent, OrderLine, OrderPlaced
from servicekit.ids import new_id
from stack.binaries import postgres_folder

LEAST_RATIO = 1.0
USERS = 500
CLIENTS = 8
LONGEST_SECONDS = 120.0
_BATCH = 200

# The statements of `servicekit/messaging/processing.py` and `payment/payments/storage.py`, for one new order of a buyer
# who has a wallet. Rows are given as plain values: what the consumer spends on JSON is its own affair.
_ONE_PAYMENT = """
\\set n :n + 1
\\set user random(1, {users})
BEGIN;
INSERT INTO inbox_messages (consumer, message_id, body_hash) VALUES ('payment.orders', {id}, '\\\\x{hash}')
    ON CONFLICT (consumer, message_id) DO NOTHING RETURNING consumer, message_id::text;
INSERT INTO orders (id) VALUES ({id}) ON CONFLICT DO NOTHING RETURNING id;
SELECT {user} WHERE NOT EXISTS (SELECT FROM wallets WHERE user_id = {user} AND currency = 'EUR');
SELECT id AS wallet, user_id AS owner, currency, balance_minor AS balance, is_frozen
    FROM wallets WHERE user_id = {user} ORDER BY id FOR NO KEY UPDATE \\gset
UPDATE wallets SET balance_minor = :balance - 1, closed_at = NULL WHERE id = :wallet AND balance_minor = :balance;
INSERT INTO ledger_transactions (id, reference) VALUES ({id}, 'payment-capture-' || {id});
INSERT INTO ledger_accounts (id, kind, currency) VALUES ('{sales}', 'sales', 'EUR') ON CONFLICT DO NOTHING RETURNING id;
INSERT INTO ledger_entries (transaction_id, account_id, currency, amount_minor, balance_after_minor)
    VALUES ({id}, :wallet::uuid, 'EUR', -1, :balance - 1), ({id}, '{sales}', 'EUR', 1, NULL);
INSERT INTO payments (id, order_id, attempt, user_id, amount_minor, currency, method, status, wallet_id,
    ledger_transaction_id) VALUES ({id}, {id}, 1, {user}, 1, 'EUR', 'wallet', 'succeeded', :wallet, {id});
INSERT INTO outbox_events (event_id, type, correlation_id, body) VALUES ({id}, 'payment.succeeded', {id}, '{body}');
COMMIT;
"""


# From the first commit to the last of the latest payments, so many of them.
_SECONDS = """
SELECT extract(epoch FROM max(created_at) - min(created_at))
FROM (SELECT created_at FROM payments ORDER BY created_at DESC LIMIT %s) AS latest
"""


def measure(scale: Scale) -> Iterator[Figure]:
    """Payments per second of the consumer and of pgbench, and their ratio."""
    backlog = 2_000 if scale.is_quick else 10_000
    with private_service("payment", processes=(), rabbitmq=True) as payment:
        _settle(payment, USERS)  # opens the wallets
        rounds = [
            (_settle(payment, backlog), _pgbench(payment, turn, seconds=scale.seconds)) for turn in range(scale.turns)
        ]
        consistency = [faults_of_money(payment), messages_left(payment)]
    settled, committed = (statistics.median(column) for column in zip(*rounds, strict=True))
    ratio = statistics.median(consumer / pgbench for consumer, pgbench in rounds)
    yield Figure("payment consumer", settled, "payments/s")
    yield Figure("pgbench, 8 clients", committed, "payments/s")
    yield Figure.at_least(LEAST_RATIO, name="consumer per pgbench", value=ratio, unit="")
    yield from consistency


def _settle(payment: PrivateService, number: int) -> float:
    """Payments per second, from the first batch's commit to the last's, of a backlog that was there before."""
    before = _query(payment, "SELECT count(*) FROM payments")
    _publish(payment, number)
    with _consumer(payment):
        deadline = time.monotonic() + LONGEST_SECONDS
        while _query(payment, "SELECT count(*) FROM payments") < before + number:
            if time.monotonic() > deadline:
                raise TimeoutError(f"not settled after {LONGEST_SECONDS} s")
            time.sleep(0.2)
    return (number - _BATCH) / float(_query(payment, _SECONDS, number))


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
    for index in range(number):
        event = _order_placed(_user(index % USERS + 1))
        channel.basic_publish("product.events", event.type, event.to_json().encode())
    connection.close()


def _order_placed(user_id: UUID) -> CloudEvent[OrderPlaced]:
    line = OrderLine(product_id=new_id(), sku="MUG-1", name="Mug", quantity=1, unit_price="0.01")
    placed = OrderPlaced(
        order_id=new_id(), number="2026-000001", user_id=user_id, currency="EUR", total="0.01", lines=(line,)
    )
    return CloudEvent[OrderPlaced].of(placed, sequence=1)


def _user(number: int) -> UUID:
    return UUID(int=number)


def _pgbench(payment: PrivateService, turn: int, *, seconds: float) -> float:
    """Transactions per second. Ids ascend within each client, as ours do, and differ from turn to turn."""
    sales = _query(payment, "SELECT id FROM ledger_accounts WHERE kind = 'sales' AND currency = 'EUR'")
    length = _query(payment, "SELECT max(length(body)) FROM outbox_events")
    id_ = f"('0000000{turn + 1}-0000-7000-8000-' || lpad(to_hex(:n::bigint * {CLIENTS} + :client_id), 12, '0'))::uuid"
    user = "('00000000-0000-0000-0000-' || lpad(to_hex(:user::bigint), 12, '0'))::uuid"
    script = _ONE_PAYMENT.format(users=USERS, id=id_, user=user, sales=sales, hash="00" * 32, body="x" * length)
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        arguments = ["-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "2", "-T", str(max(1, round(seconds)))]
        command = [str(postgres_folder() / "pgbench"), *arguments, "-D", "n=0", "-f", file.name, payment.database.app]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    found = re.search(r"^tps = ([0-9.]+)", done.stdout, re.MULTILINE)
    assert found, done.stdout + done.stderr
    return float(found[1])


def _query(payment: PrivateService, statement: str, *parameters: Any) -> Any:
    """The one value that the statement yields."""
    connection = psycopg2.connect(payment.database.owner)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            ((value,),) = cursor.fetchall()
            return value
    finally:
        connection.close()
