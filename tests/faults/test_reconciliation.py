"""The reconciliation finds what is planted, names it, and raises no alarm on a shop that is busy.

Defects are planted in transactions that are never committed: the reconciliation looks through the same connections.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from urllib.parse import urlsplit

import psycopg2
import pytest
from psycopg2 import errors
from sqlalchemy import Connection, NullPool, create_engine, text

from payment.reconciliation.findings import REASONS, Finding
from payment.reconciliation.queries import Reconciliation
from stack.reconcile import auditors_environment
from stack.shop import ROOT, Shop
from tests.faults.orders import place_orders, wait_until_paid
from tests.invariants import unexplained
from tests.rest import wait_for_rest
from tests.running_shop import RunningShop
from tests.shop_client import Json

PAYMENT_OF = "order_id = '{paid}'"
SALES = "(SELECT id FROM ledger_accounts WHERE kind = 'sales' AND currency = 'EUR')"
CAPTURE_OF = "transaction_id = (SELECT ledger_transaction_id FROM payments WHERE order_id = '{paid}')"
NEW_PAYMENT = """
    INSERT INTO payments (id, order_id, attempt, user_id, amount_minor, currency, method, status, wallet_id,
        ledger_transaction_id) SELECT gen_random_uuid(), order_id, {attempt}, user_id, amount_minor, currency, method,
        status, wallet_id, ledger_transaction_id FROM payments WHERE order_id = '{paid}'
"""
NEW_REFUND = """
    INSERT INTO refunds (id, payment_id, amount_minor, reason, status, ledger_transaction_id)
    SELECT gen_random_uuid(), payment_id, amount_minor, reason, status, ledger_transaction_id FROM refunds
    WHERE payment_id = (SELECT id FROM payments WHERE order_id = '{refunded}')
"""
REFUNDED = "(SELECT id FROM payments WHERE order_id = '{refunded}')"


@dataclass(frozen=True)
class Orders:
    """Some of a shop at rest, by what became of them, and the product that they are of."""

    paid: str
    refunded: str
    voided: str
    product: str


@pytest.fixture(scope="module")
def orders(machinery: Shop, shop: RunningShop) -> Orders:
    customer, product = shop.new_customer(), shop.new_product(price="1.00", stock=100)
    expensive = shop.new_product(price="5000.00")
    paid, refunded = customer.buy(product, quantity=2)["id"], customer.buy(product)["id"]
    voided = customer.buy(expensive)["id"]
    wait_until_paid(shop, [paid, refunded])
    customer.wait_for(voided, "failed")
    for order_id in (refunded, voided):
        assert customer.post("product", f"/api/v1/orders/{order_id}/cancel").status_code == 202
    customer.wait_for(refunded, "cancelled")
    wait_for_rest(shop)
    return Orders(paid, refunded, voided, product["id"])


@contextmanager
def planted(machinery: Shop, service: str, *statements: str) -> Iterator[Connection]:
    """The service's database with the statements carried out, in a transaction that is taken back at the end.

    They may do what nobody may: triggers keep silent.
    """
    url = urlsplit(machinery.postgres.superuser_url)._replace(scheme="postgresql+psycopg2", path=f"/{service}").geturl()
    with create_engine(url, poolclass=NullPool).connect() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            connection.execute(text(statement.replace(":", r"\:")))
        yield connection


def findings(machinery: Shop, *, product: tuple[str, ...] = (), payment: tuple[str, ...] = ()) -> list[Finding]:
    with (
        planted(machinery, "product", *product) as orders,
        planted(machinery, "payment", *payment) as payments,
    ):
        return list(Reconciliation(product=orders, payment=payments, grace_seconds=0).findings())


IN_PRODUCT: dict[str, tuple[tuple[str, ...], str]] = {
    "unknown_order": (("DELETE FROM orders WHERE id = '{paid}'",), "order {paid}"),
    "captured_without_paid": (
        ("UPDATE orders SET status = 'pending', payment_status = 'failed' WHERE id = '{paid}'",),
        "order {number}",
    ),
    "charge_on_closed_order": (
        ("UPDATE orders SET status = 'cancelled', payment_status = 'refunded' WHERE id = '{paid}'",),
        "order {number}",
    ),
    "amount_differs": (("UPDATE orders SET total_minor = total_minor + 1 WHERE id = '{paid}'",), "order {number}"),
    "refunds_differ": (("UPDATE orders SET refunded_minor = 1 WHERE id = '{paid}'",), "order {number}"),
    "unanswered": (
        ("UPDATE orders SET asked_at = now(), updated_at = now() - interval '10 min' WHERE id = '{paid}'",),
        "order {number}",
    ),
    "stock_differs": (
        ("UPDATE stock SET on_hand = on_hand + 1 WHERE product_id = '{product}'",), "product {product}",
    ),
    "stock_negative": (
        (
            "ALTER TABLE stock DROP CONSTRAINT stock_on_hand_check",
            "UPDATE stock SET on_hand = -1 WHERE product_id = '{product}'",
        ),
        "product {product}",
    ),
    "reserved_differs": (
        ("UPDATE stock SET reserved = 1, on_hand = on_hand - 1 WHERE product_id = '{product}'",), "product {product}",
    ),
    "sold_differs": (("DELETE FROM order_lines WHERE order_id = '{paid}'",), "product {product}"),
}  # fmt: skip

IN_PAYMENT: dict[str, tuple[tuple[str, ...], str]] = {
    "paid_without_capture": ((f"DELETE FROM payments WHERE {PAYMENT_OF}",), "order {number}"),
    "attempt_paid_twice": (
        (
            "ALTER TABLE payments DROP CONSTRAINT payments_order_attempt_key",
            "DROP INDEX payments_one_capture",
            NEW_PAYMENT.replace("{attempt}", "attempt"),
        ),
        "order {paid}",
    ),
    "captured_twice": (
        ("DROP INDEX payments_one_capture", NEW_PAYMENT.replace("{attempt}", "attempt + 1")),
        "order {paid}",
    ),
    "refunded_too_often": (("DROP INDEX refunds_one_per_closed_order", NEW_REFUND), "order {refunded}"),
    "refund_sum_differs": (
        (f"UPDATE refunds SET amount_minor = 50 WHERE payment_id = {REFUNDED}",), "order {refunded}",
    ),
    "refunded_too_much": (
        (
            "ALTER TABLE payments DROP CONSTRAINT payments_refunded_check",
            "ALTER TABLE payments DROP CONSTRAINT payments_fully_refunded_check",
            "UPDATE payments SET refunded_minor = 700 WHERE order_id = '{refunded}'",
        ),
        "order {refunded}",
    ),
    "capture_not_booked": (
        (f"DELETE FROM ledger_entries WHERE account_id = {SALES} AND {CAPTURE_OF}",), "order {paid}",
    ),
    "refund_not_booked": (
        (
            f"DELETE FROM ledger_entries WHERE account_id = {SALES} AND transaction_id ="
            f" (SELECT ledger_transaction_id FROM refunds WHERE payment_id = {REFUNDED})",
        ),
        "order {refunded}",
    ),
    "transaction_unbalanced": (
        (f"UPDATE ledger_entries SET amount_minor = amount_minor - 1 WHERE account_id = {SALES} AND {CAPTURE_OF}",),
        "transaction {capture}",
    ),
    "wallet_differs": (
        ("UPDATE wallets SET balance_minor = balance_minor + 1 WHERE id = '{wallet}'",), "wallet {wallet}",
    ),
    "wallet_negative": (
        (
            "ALTER TABLE wallets DROP CONSTRAINT wallets_balance_check",
            "UPDATE wallets SET balance_minor = -1 WHERE id = '{wallet}'",
        ),
        "wallet {wallet}",
    ),
}  # fmt: skip


def names_of(shop: RunningShop, orders: Orders) -> dict[str, str]:
    """What statements and subjects are filled in with."""
    query = "SELECT ledger_transaction_id::text, wallet_id::text FROM payments WHERE order_id = %s"
    ((capture, wallet),) = shop.rows("payment", query, orders.paid)
    ((number,),) = shop.rows("product", "SELECT number FROM orders WHERE id = %s", orders.paid)
    return vars(orders) | {"capture": capture, "wallet": wallet, "number": number}


def test_every_reason_is_tried() -> None:
    assert IN_PRODUCT.keys() | IN_PAYMENT.keys() == REASONS.keys()


def test_a_shop_at_rest_needs_no_grace(machinery: Shop, shop: RunningShop, orders: Orders) -> None:
    assert findings(machinery) == []
    assert unexplained(shop, grace_seconds=0) == []


@pytest.mark.parametrize("code", IN_PRODUCT)
def test_finds_what_is_wrong_in_product(machinery: Shop, shop: RunningShop, orders: Orders, code: str) -> None:
    statements, subject = IN_PRODUCT[code]
    names = names_of(shop, orders)

    found = findings(machinery, product=tuple(statement.format(**names) for statement in statements))

    assert (code, subject.format(**names)) in {(finding.code, finding.subject) for finding in found}


@pytest.mark.parametrize("code", IN_PAYMENT)
def test_finds_what_is_wrong_in_payment(machinery: Shop, shop: RunningShop, orders: Orders, code: str) -> None:
    statements, subject = IN_PAYMENT[code]
    names = names_of(shop, orders)

    found = findings(machinery, payment=tuple(statement.format(**names) for statement in statements))

    assert (code, subject.format(**names)) in {(finding.code, finding.subject) for finding in found}


def test_raises_no_alarm_while_orders_are_under_way(shop: RunningShop, product: Json) -> None:
    customers = [shop.new_customer() for _ in range(4)]
    is_over, alarms, looks, order_ids = Event(), list[Finding](), 0, list[str]()

    def look_again_and_again() -> None:
        nonlocal looks
        while not is_over.wait(0.05):
            alarms.extend(unexplained(shop, grace_seconds=60))
            looks += 1

    watcher = Thread(target=look_again_and_again)
    watcher.start()
    try:
        while looks < 3:
            order_ids += place_orders(customers, product, 20)
        wait_until_paid(shop, order_ids)
    finally:
        is_over.set()
        watcher.join()

    assert alarms == []


def test_the_command_finds_the_databases_and_says_that_all_is_well(
    machinery: Shop, shop: RunningShop, orders: Orders
) -> None:
    wait_for_rest(shop)
    environment = machinery.environment | auditors_environment(machinery.endpoints)

    done = subprocess.run(
        [sys.executable, "-m", "payment", "reconcile", "--grace-seconds", "0"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    assert "All money and all stock is explained" in done.stdout


def test_the_command_names_what_it_finds_and_fails(machinery: Shop, shop: RunningShop, orders: Orders) -> None:
    ((number,),) = shop.rows("product", "SELECT number FROM orders WHERE id = %s", orders.paid)
    change = "UPDATE orders SET refunded_minor = %s WHERE id = %s"
    shop.rows("product", change, 1, orders.paid)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "payment", "reconcile", "--grace-seconds", "0"],
            cwd=ROOT, env=machinery.environment | auditors_environment(machinery.endpoints),
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    finally:
        shop.rows("product", change, 0, orders.paid)

    assert done.returncode == 1
    assert "refunds_differ" in done.stdout
    assert f"order {number}" in done.stdout


@pytest.mark.parametrize(
    ("service", "statement"),
    [
        ("product", "SELECT user_id FROM orders"),
        ("product", "SELECT * FROM order_events"),
        ("product", "UPDATE stock SET on_hand = 0"),
        ("product", "DELETE FROM orders"),
        ("payment", "SELECT user_id FROM wallets"),
        ("payment", "SELECT sender_username FROM transfers"),
        ("payment", "SELECT body FROM outbox_events"),
        ("payment", "INSERT INTO ledger_accounts VALUES (gen_random_uuid(), 'sales', 'XXX')"),
        ("payment", "UPDATE wallets SET balance_minor = 0"),
        ("payment", "CREATE TABLE mine ()"),
    ],
)
def test_an_auditor_reads_what_it_compares_and_nothing_else(shop: RunningShop, service: str, statement: str) -> None:
    connection = psycopg2.connect(shop.addresses.auditors[service])

    with connection.cursor() as cursor, pytest.raises(errors.InsufficientPrivilege):
        cursor.execute(statement)

    connection.close()


@pytest.mark.parametrize(("own", "other"), [("product", "payment"), ("payment", "product"), ("payment", "auth")])
def test_an_auditor_reaches_no_other_database(shop: RunningShop, own: str, other: str) -> None:
    url = urlsplit(shop.addresses.auditors[own])._replace(path=f"/{other}").geturl()

    with pytest.raises(psycopg2.OperationalError, match="permission denied for database"):
        psycopg2.connect(url)
