"""How much of PostgreSQL's own speed transfers keep: the use case, against pgbench with the same statements.

32 clients move money between 32 wallets, in two processes of 16 threads each, one for each core, as two web processes
would. Below HTTP: signing tokens and looking up receivers are measured elsewhere. Meanwhile somebody adds up all
balances, again and again, in one snapshot each.
"""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread
from uuid import UUID, uuid4

import psycopg2

from bench.consistency import faults_of_money
from bench.pgbench import transactions_per_second
from bench.private_shop import PrivateService, private_service
from bench.report import Figure
from bench.scale import Scale
from bench.wallet_rows import open_wallets
from stack.shop import ROOT

WALLETS, CLIENTS, PROCESSES = 32, 32, 2
BALANCE_MINOR = 1_000_000
LEAST_RATIO = 0.2
_FIRST = 10
"""Of the numbers of wallets: they all have two digits, which pgbench puts into their ids."""
_ID = "01234567-0000-7000-8000-0000000000{}"

# What the use case sends, but that pgbench cannot keep what it has read: the balances are computed by the server.
_SCRIPT = f"""
\\set a random({_FIRST}, {_FIRST + WALLETS - 1})
\\set b {_FIRST} + ((:a - {_FIRST} + random(1, {WALLETS - 1})) % {WALLETS})
\\set high random(1, 9223372036854775807)
\\set low random(1, 9223372036854775807)
BEGIN;
SELECT id, user_id, currency, balance_minor, is_frozen FROM wallets
WHERE user_id IN ('{_ID.format(":a")}', '{_ID.format(":b")}') AND currency = 'EUR' AND 2 = (
    SELECT count(*) FROM wallets WHERE user_id IN ('{_ID.format(":a")}', '{_ID.format(":b")}') AND currency = 'EUR'
) ORDER BY id FOR NO KEY UPDATE;
UPDATE wallets SET balance_minor = balance_minor + delta, closed_at = NULL
FROM (VALUES ('{_ID.format(":a")}'::uuid, -1), ('{_ID.format(":b")}'::uuid, 1)) AS change (id, delta)
WHERE wallets.id = change.id;
INSERT INTO ledger_transactions (id, reference)
VALUES ((lpad(to_hex(:high), 16, '0') || lpad(to_hex(:low), 16, '0'))::uuid, 'transfer:' || :high || :low);
INSERT INTO ledger_entries (transaction_id, account_id, currency, amount_minor, balance_after_minor)
SELECT (lpad(to_hex(:high), 16, '0') || lpad(to_hex(:low), 16, '0'))::uuid, id, 'EUR',
    CASE id WHEN '{_ID.format(":a")}' THEN -1 ELSE 1 END, balance_minor
FROM wallets WHERE id IN ('{_ID.format(":a")}', '{_ID.format(":b")}');
INSERT INTO transfers (id, sender_user_id, sender_username, receiver_user_id, receiver_username, amount_minor, currency)
VALUES ((lpad(to_hex(:high), 16, '0') || lpad(to_hex(:low), 16, '0'))::uuid, '{_ID.format(":a")}', 'ada',
    '{_ID.format(":b")}', 'bob', 1, 'EUR') RETURNING created_at;
INSERT INTO outbox_events (event_id, type, body) VALUES (gen_random_uuid(), 'transfer.completed', repeat('x', 600));
COMMIT;
"""  # noqa: S608


def measure(scale: Scale) -> Iterator[Figure]:
    """Transfers per second of both, their ratio, and whether the money stayed the same at every moment."""
    threads = str(CLIENTS // PROCESSES)
    with private_service("payment", environment={"PAYMENT_WEB_THREADS": threads}, processes=()) as payment:
        users = [UUID(_ID.format(_FIRST + number)) for number in range(WALLETS)]
        open_wallets(payment.database.app, users, balance_minor=BALANCE_MINOR)
        totals, is_over = set[int](), Event()
        watcher = Thread(target=_add_up, args=(payment, totals, is_over))
        watcher.start()
        try:
            rounds = [(_bare(payment, scale.seconds), *_use_case(payment, scale.seconds)) for _ in range(scale.turns)]
        finally:
            is_over.set()
            watcher.join()
        faults = faults_of_money(payment)
    ratios = [ours / bare for bare, ours, _ in rounds]
    yield Figure.median(ratios, name="transfers per bare transaction", unit="", at_least=LEAST_RATIO)
    yield Figure.median([ours for _, ours, _ in rounds], name="transfers", unit="/s")
    yield Figure.median([bare for bare, _, _ in rounds], name="pgbench, the same statements", unit="/s")
    yield Figure.at_most(0, name="transfers refused or failed", value=sum(failed for _, _, failed in rounds), unit="")
    yield Figure.at_most(0, name="snapshots with another total", value=len(totals - {WALLETS * BALANCE_MINOR}), unit="")
    yield faults


def _add_up(payment: PrivateService, totals: set[int], is_over: Event) -> None:
    connection = psycopg2.connect(payment.database.app)
    connection.autocommit = True
    with connection.cursor() as cursor:
        while not is_over.wait(0.05):
            cursor.execute("SELECT sum(balance_minor) FROM wallets")
            totals.update(int(total) for (total,) in cursor.fetchall())
    connection.close()


def _bare(payment: PrivateService, seconds: float) -> float:
    """Transactions per second. The script puts its variables into the middle of literals, which nobody can prepare."""
    return transactions_per_second(
        _SCRIPT, database_url=payment.database.app, seconds=seconds, clients=CLIENTS, is_prepared=False
    )


def _use_case(payment: PrivateService, seconds: float) -> tuple[float, int]:
    """Transfers per second, and how many ended otherwise."""
    command = [sys.executable, "-m", "bench.transfers", str(seconds)]
    workers = [
        subprocess.Popen(  # noqa: S603
            command, cwd=ROOT, env=dict(payment.environment), stdout=subprocess.PIPE, text=True
        )
        for _ in range(PROCESSES)
    ]
    reports = [json.loads(worker.communicate()[0]) for worker in workers]
    return sum(report["done"] / report["seconds"] for report in reports), sum(report["failed"] for report in reports)


def _work(seconds: float) -> None:
    """One process of the clients. Prints what it did."""
    from payment.clients.auth import KnownUser  # noqa: PLC0415  (only here the service's settings are at hand)
    from payment.database import repeated_on_conflict  # noqa: PLC0415
    from payment.transfers.services import transfer_money  # noqa: PLC0415
    from servicekit.principal import Principal  # noqa: PLC0415

    transfer = repeated_on_conflict(transfer_money)
    started = time.perf_counter()

    def send_until_the_end(number: int) -> tuple[int, int]:
        chance, done, failed = random.Random(os.getpid() * 100 + number), 0, 0  # noqa: S311
        while time.perf_counter() - started < seconds:
            one, other = (UUID(_ID.format(_FIRST + n)) for n in chance.sample(range(WALLETS), 2))
            sender = Principal(user_id=one, username="ada", role="customer", session_id=uuid4(), token_id="")
            try:
                transfer(sender=sender, receiver=KnownUser(id=other, username="bob"), amount_minor=1, currency="EUR")
                done += 1
            except Exception:  # noqa: BLE001  (whatever it is, it is counted)
                failed += 1
        return done, failed

    with ThreadPoolExecutor(CLIENTS // PROCESSES) as threads:
        counts = list(threads.map(send_until_the_end, range(CLIENTS // PROCESSES)))
    done, failed = (sum(column) for column in zip(*counts, strict=True))
    json.dump({"done": done, "failed": failed, "seconds": time.perf_counter() - started}, sys.stdout)


if __name__ == "__main__":
    _work(float(sys.argv[1]))
