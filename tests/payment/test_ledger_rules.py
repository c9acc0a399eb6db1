"""What the database itself refuses, whatever the code above it does."""

from typing import Any
from uuid import UUID

import psycopg2
import pytest
from psycopg2 import errors

from payment.ledger.models import AccountKind, system_account_id
from servicekit.ids import new_id
from stack.provisioning import DatabaseUrls
from tests.payment.factories import deliver, order_placed, user_registered
from tests.payment.records import wallets_of

LEDGER_TABLES = ["ledger_accounts", "ledger_transactions", "ledger_entries"]
CHANGES = ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"]

SALES = system_account_id(AccountKind.SALES, "EUR")


@pytest.fixture
def wallet_id() -> UUID:
    """A wallet with a history: a grant and a payment."""
    user_id = new_id()
    deliver(user_registered(user_id), order_placed(user_id=user_id))
    return wallets_of(user_id)[0].id


def run(url: str, *statements: tuple[str, tuple[Any, ...]] | str) -> None:
    """Run the statements in one transaction, and commit it."""
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(*((statement,) if isinstance(statement, str) else statement))
    finally:
        connection.close()


def transaction_with(*entries: tuple[UUID, int], currency: str = "EUR") -> list[tuple[str, tuple[Any, ...]]]:
    """Statements that add a ledger transaction with these entries, given as account and amount."""
    transaction_id = str(new_id())
    statement = (
        "INSERT INTO ledger_entries (transaction_id, account_id, currency, amount_minor) VALUES (%s, %s, %s, %s)"
    )
    return [
        ("INSERT INTO ledger_transactions (id, reference) VALUES (%s, %s)", (transaction_id, f"test:{transaction_id}")),
        *[(statement, (transaction_id, str(account_id), currency, amount)) for account_id, amount in entries],
    ]


def test_accepts_a_balanced_transaction_only_complete_at_the_commit(
    database_urls: DatabaseUrls, wallet_id: UUID
) -> None:
    run(database_urls.app, *transaction_with((wallet_id, 500), (SALES, -500)))


@pytest.mark.parametrize("amounts", [(500, -499), (500,), (-500,)])
def test_refuses_an_unbalanced_transaction(
    database_urls: DatabaseUrls, wallet_id: UUID, amounts: tuple[int, ...]
) -> None:
    with pytest.raises(errors.CheckViolation, match="does not sum to zero"):
        run(database_urls.app, *transaction_with(*zip((wallet_id, SALES), amounts, strict=False)))


def test_refuses_to_unbalance_a_transaction_later(database_urls: DatabaseUrls, wallet_id: UUID) -> None:
    late_entry = """
        INSERT INTO ledger_entries (transaction_id, account_id, currency, amount_minor)
        SELECT transaction_id, (SELECT id FROM ledger_accounts WHERE kind = 'grants'), 'EUR', 1 FROM ledger_entries
        WHERE account_id = %s
    """

    with pytest.raises(errors.CheckViolation, match="does not sum to zero"):
        run(database_urls.app, (late_entry, (str(SALES),)))


def test_refuses_an_entry_in_another_currency_than_the_account_s(database_urls: DatabaseUrls, wallet_id: UUID) -> None:
    with pytest.raises(errors.ForeignKeyViolation):
        run(database_urls.app, *transaction_with((wallet_id, 500), (SALES, -500), currency="USD"))


def test_refuses_an_entry_of_nothing(database_urls: DatabaseUrls, wallet_id: UUID) -> None:
    with pytest.raises(errors.CheckViolation):
        run(database_urls.app, *transaction_with((wallet_id, 0)))


def test_refuses_a_reference_that_was_posted_before(database_urls: DatabaseUrls, wallet_id: UUID) -> None:
    again = "INSERT INTO ledger_transactions (id, reference) SELECT %s, reference FROM ledger_transactions LIMIT 1"

    with pytest.raises(errors.UniqueViolation):
        run(database_urls.app, (again, (str(new_id()),)))


@pytest.mark.parametrize("table", LEDGER_TABLES)
@pytest.mark.parametrize("change", CHANGES)
def test_refuses_changes_even_by_the_owner(
    database_urls: DatabaseUrls, wallet_id: UUID, table: str, change: str
) -> None:
    with pytest.raises(errors.RestrictViolation, match="append-only"):
        run(database_urls.owner, change.format(table).replace("SET id = id", "SET id = DEFAULT"))


@pytest.mark.parametrize("table", LEDGER_TABLES)
@pytest.mark.parametrize("change", CHANGES)
def test_the_application_has_no_right_to_change_the_ledger(
    database_urls: DatabaseUrls, table: str, change: str
) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        run(database_urls.app, change.format(table).replace("SET id = id", "SET id = DEFAULT"))


@pytest.mark.parametrize("statement", ["CREATE TABLE mine ()", "DROP TABLE wallets", "ALTER TABLE wallets ADD x int"])
def test_the_application_has_no_right_to_change_the_schema(database_urls: DatabaseUrls, statement: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        run(database_urls.app, statement)


def test_refuses_a_negative_balance(database_urls: DatabaseUrls, wallet_id: UUID) -> None:
    with pytest.raises(errors.CheckViolation, match="wallets_balance_check"):
        run(database_urls.app, "UPDATE wallets SET balance_minor = -1")


def test_refuses_a_second_capture_of_an_order(database_urls: DatabaseUrls, wallet_id: UUID) -> None:
    again = """
        INSERT INTO payments
            (id, order_id, attempt, user_id, amount_minor, currency, method, status, wallet_id, ledger_transaction_id)
        SELECT %s, order_id, 2, user_id, amount_minor, currency, method, status, wallet_id, ledger_transaction_id
        FROM payments
    """

    with pytest.raises(errors.UniqueViolation, match="payments_one_capture"):
        run(database_urls.app, (again, (str(new_id()),)))


def test_refuses_to_refund_more_than_was_captured(database_urls: DatabaseUrls, wallet_id: UUID) -> None:
    with pytest.raises(errors.CheckViolation, match="payments_refunded_check"):
        run(database_urls.app, "UPDATE payments SET refunded_minor = amount_minor + 1")
