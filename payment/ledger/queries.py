"""Recomputing the ledger: is every movement balanced, and does every wallet hold what its entries say?"""

from typing import Any

from sqlalchemy import Connection, text

from payment.database import transaction
from payment.ledger.schemas import (
    CurrencySum,
    DifferingWallet,
    LedgerCounts,
    LedgerReport,
    UnbalancedTransaction,
)
from servicekit.money import format_amount

_SUMS = "SELECT currency, count(*) AS entries, sum(amount_minor) AS total FROM ledger_entries GROUP BY 1 ORDER BY 1"

_UNBALANCED_TRANSACTIONS = """
    SELECT transaction_id, currency, sum(amount_minor) AS total FROM ledger_entries
    GROUP BY 1, 2 HAVING sum(amount_minor) <> 0 LIMIT 100
"""

_DIFFERING_WALLETS = """
    WITH entries AS (
        SELECT account_id, amount_minor, balance_after_minor,
            sum(amount_minor) OVER (PARTITION BY account_id ORDER BY id) AS expected_minor
        FROM ledger_entries WHERE account_id IN (SELECT id FROM wallets)
    ), accounts AS (
        SELECT account_id, sum(amount_minor) AS total,
            count(*) FILTER (WHERE balance_after_minor IS DISTINCT FROM expected_minor) AS wrong_entries
        FROM entries GROUP BY 1
    )
    SELECT wallets.id AS wallet_id, currency, balance_minor, coalesce(total, 0) AS total,
        coalesce(wrong_entries, 0) AS wrong_entries
    FROM wallets LEFT JOIN accounts ON accounts.account_id = wallets.id
    WHERE balance_minor <> coalesce(total, 0) OR wrong_entries > 0
    LIMIT 100
"""

_COUNTS = """
    SELECT (SELECT count(*) FROM ledger_accounts) AS accounts,
        (SELECT count(*) FROM ledger_transactions) AS transactions,
        (SELECT count(*) FROM ledger_entries) AS entries,
        (SELECT count(*) FROM wallets) AS wallets
"""


def verify_ledger(*, timeout_seconds: int) -> LedgerReport:
    """Recompute all sums and balances in one snapshot, while payments go on. Raises `DatabaseUnavailable`."""
    with transaction() as session:
        session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        session.execute(text(f"SET LOCAL statement_timeout = '{timeout_seconds}s'"))
        return report_on(session.connection())


def report_on(connection: Connection) -> LedgerReport:
    """The same on a connection that the caller has to a snapshot."""
    connection.execute(text("SET LOCAL work_mem = '128MB'"))  # or a million entries are sorted on disk

    def rows(statement: str) -> list[Any]:
        return list(connection.execute(text(statement)))

    unbalanced = [
        UnbalancedTransaction(transaction_id=row.transaction_id, currency=row.currency, sum=_sum(row))
        for row in rows(_UNBALANCED_TRANSACTIONS)
    ]
    differing = [_differing_wallet(row) for row in rows(_DIFFERING_WALLETS)]
    (counts,) = rows(_COUNTS)
    return LedgerReport(
        is_consistent=not (unbalanced or differing),
        currencies=[CurrencySum(currency=row.currency, entries=row.entries, sum=_sum(row)) for row in rows(_SUMS)],
        unbalanced_transactions=unbalanced,
        differing_wallets=differing,
        counts=LedgerCounts.model_validate(dict(counts._mapping)),
    )


def _sum(row: Any) -> str:
    return format_amount(int(row.total), row.currency)


def _differing_wallet(row: Any) -> DifferingWallet:
    return DifferingWallet(
        wallet_id=row.wallet_id,
        currency=row.currency,
        balance=format_amount(row.balance_minor, row.currency),
        sum_of_entries=_sum(row),
        wrong_entries=row.wrong_entries,
    )
