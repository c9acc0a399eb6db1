"""Reconciling many orders: both databases filled with generated purchases, first without a fault and then with one."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

from bench.private_shop import private_shop
from bench.report import Figure
from bench.scale import Scale
from bench.statements import execute
from stack.reconcile import auditors_environment
from stack.shop import ROOT, Shop

ORDERS = 20_000
LONGEST_SECONDS = 10
_MINUTE_AGO = "now() - interval '1 minute'"

_IN_PRODUCT = f"""
    SET session_replication_role = replica;
    CREATE TEMPORARY TABLE purchases AS
        SELECT md5('order' || number)::uuid AS id, number FROM generate_series(1, %(orders)s) AS number;
    INSERT INTO orders (id, number, user_id, status, payment_status, fulfillment_status, currency, total_minor,
        payment_method, refunded_minor, attempt, failure_code, failure_message, cancellation_reason, asked_at, version,
        updated_at)
    SELECT id, 'bench-' || number, id, 'confirmed', 'paid', 'unfulfilled', 'EUR', 100, 'wallet', 0, 1, '', '', '', NULL,
        2, {_MINUTE_AGO} FROM purchases;
    INSERT INTO order_lines (order_id, product_id, sku, name, quantity, unit_price_minor, currency)
    SELECT purchases.id, (SELECT product_id FROM stock LIMIT 1), 'X', 'X', 1, 100, 'EUR' FROM purchases;
    INSERT INTO stock_movements (product_id, quantity, reason)
    SELECT product_id, %(orders)s, 'restocked' FROM stock LIMIT 1;
    UPDATE stock SET sold = sold + %(orders)s WHERE product_id = (SELECT product_id FROM stock LIMIT 1);
"""  # noqa: S608

_IN_PAYMENT = f"""
    SET session_replication_role = replica;
    CREATE TEMPORARY TABLE purchases AS
        SELECT md5('order' || number)::uuid AS id, md5('capture' || number)::uuid AS capture_id
        FROM generate_series(1, %(orders)s) AS number;
    INSERT INTO ledger_accounts SELECT id, 'wallet', 'EUR' FROM purchases;
    INSERT INTO ledger_accounts VALUES (md5('sales')::uuid, 'sales', 'EUR');
    INSERT INTO ledger_accounts VALUES (md5('grants')::uuid, 'grants', 'EUR') ON CONFLICT DO NOTHING;
    INSERT INTO wallets (id, user_id, currency, balance_minor) SELECT id, id, 'EUR', 900 FROM purchases;
    INSERT INTO ledger_transactions (id, reference) SELECT id, 'grant:' || id || ':EUR' FROM purchases;
    INSERT INTO ledger_transactions (id, reference) SELECT capture_id, 'payment:' || id || ':capture' FROM purchases;
    INSERT INTO ledger_entries (transaction_id, account_id, currency, amount_minor, balance_after_minor)
    SELECT transaction_id, account_id, 'EUR', amount, balance FROM purchases CROSS JOIN LATERAL (VALUES
        (id, id, 1000, 1000), (id, (SELECT id FROM ledger_accounts WHERE kind = 'grants'), -1000, NULL),
        (capture_id, id, -100, 900), (capture_id, md5('sales')::uuid, 100, NULL)
    ) AS side (transaction_id, account_id, amount, balance);
    INSERT INTO orders (id) SELECT id FROM purchases;
    INSERT INTO payments (id, order_id, attempt, user_id, amount_minor, currency, method, status, wallet_id,
        ledger_transaction_id, updated_at)
    SELECT id, id, 1, id, 100, 'EUR', 'wallet', 'succeeded', id, capture_id, {_MINUTE_AGO} FROM purchases;
"""  # noqa: S608

_FAULT = "UPDATE payments SET refunded_minor = 1 WHERE order_id = md5('order' || %(orders)s)::uuid"


def measure(scale: Scale) -> Iterator[Figure]:
    """Seconds and memory of the command that `make reconcile` runs, and whether it sees one order out of all."""
    orders = 1_000 if scale.is_quick else ORDERS
    with private_shop() as shop:
        for service, statements in (("product", _IN_PRODUCT), ("payment", _IN_PAYMENT)):
            _execute(shop, service, statements, orders)
        seconds, megabytes, healthy = _reconcile(shop)
        _execute(
            shop,
            "payment",
            "UPDATE payments SET refunded_minor = 1 WHERE id = (SELECT max(id::text)::uuid FROM payments)",
            0,
        )
        *_, broken = _reconcile(shop)
    yield Figure("orders", orders, "")
    yield Figure.at_most(LONGEST_SECONDS, name="reconciliation, the command", value=seconds, unit="s")
    yield Figure("memory at its peak", megabytes, "MiB")
    yield Figure.at_most(0, name="exit code when all is explained", value=healthy, unit="")
    yield Figure.at_least(1, name="exit code when it is not", value=broken, unit="")


def _execute(shop: Shop, service: str, statements: str, orders: int) -> None:
    """As the superuser, who alone can keep the triggers silent."""
    url = urlsplit(shop.postgres.superuser_url)._replace(path=f"/{service}").geturl()
    execute(url, statements, "ANALYZE", orders=orders)


def _reconcile(shop: Shop) -> tuple[float, float, int]:
    """Seconds, MiB, and the exit code."""
    environment = {**os.environ, **auditors_environment(shop.endpoints)}
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "payment", "reconcile", "--grace-seconds", "0"],
        cwd=ROOT, env=environment, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return time.perf_counter() - started, usage.ru_maxrss / 1024, process.returncode
