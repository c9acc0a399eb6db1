"""Wallets for measurements of payments and transfers, with money in them that the ledger can account for."""

from collections.abc import Sequence
from uuid import UUID

import psycopg2

from payment.ledger.models import AccountKind, system_account_id

_WALLETS = """
    INSERT INTO ledger_accounts (id, kind, currency) VALUES (%(grants)s, 'grants', 'EUR'), (%(sales)s, 'sales', 'EUR')
        ON CONFLICT DO NOTHING;
    INSERT INTO ledger_accounts (id, kind, currency) SELECT id, 'wallet', 'EUR' FROM unnest(%(ids)s::uuid[]) AS id;
    INSERT INTO wallets (id, user_id, currency, balance_minor)
    SELECT id, id, 'EUR', %(balance)s FROM unnest(%(ids)s::uuid[]) AS id;
    INSERT INTO ledger_transactions (id, reference)
    SELECT id, 'grant:' || id || ':EUR' FROM unnest(%(ids)s::uuid[]) AS id;
    INSERT INTO ledger_entries (transaction_id, account_id, currency, amount_minor, balance_after_minor)
    SELECT id, account, 'EUR', amount, balance FROM unnest(%(ids)s::uuid[]) AS id CROSS JOIN LATERAL (VALUES
        (id, %(balance)s, %(balance)s), (%(grants)s::uuid, -%(balance)s, NULL)
    ) AS side (account, amount, balance);
"""


def open_wallets(database_url: str, user_ids: Sequence[UUID], *, balance_minor: int) -> None:
    """Each has its user's id, holds EUR, and was granted its balance at the beginning."""
    connection = psycopg2.connect(database_url)
    with connection, connection.cursor() as cursor:
        ours = {kind.value: str(system_account_id(kind, "EUR")) for kind in (AccountKind.GRANTS, AccountKind.SALES)}
        cursor.execute(_WALLETS, {"ids": [str(id_) for id_ in user_ids], "balance": balance_minor, **ours})
    connection.close()
