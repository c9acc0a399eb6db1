"""What PostgreSQL itself makes of a payment: the consumer's statements for one order, run by pgbench."""

from uuid import UUID

from bench.pgbench import SERIAL, SERIAL_ID, transactions_per_second
from payment.ledger.models import AccountKind, system_account_id

USERS = 500

# The statements of `servicekit/messaging/processing.py` and `payment/payments/storage.py`, for one new order of a buyer
# who has a wallet. Rows are given as plain values: what the consumer spends on JSON is its own affair.
_ONE_PAYMENT = """
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
_USER = "('00000000-0000-0000-0000-' || lpad(to_hex(:user::bigint), 12, '0'))::uuid"
_EVENT_CHARACTERS = 640
"""As long as a `payment.succeeded` is."""


def buyers() -> list[UUID]:
    """Whose wallets must be there, see `open_wallets`."""
    return [UUID(int=number) for number in range(1, USERS + 1)]


def bare_payments_per_second(database_url: str, *, seconds: float) -> float:
    """Of orders that nobody has placed: in a database that product knows, they would not be explained."""
    sales = system_account_id(AccountKind.SALES, "EUR")
    values = {"users": USERS, "id": SERIAL_ID.format(kind=0), "user": _USER, "hash": "00" * 32}
    script = SERIAL + _ONE_PAYMENT.format(**values, sales=sales, body="x" * _EVENT_CHARACTERS)
    return transactions_per_second(script, database_url=database_url, seconds=seconds)
