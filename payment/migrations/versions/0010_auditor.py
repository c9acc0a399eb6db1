"""What the reconciliation may read: amounts and states, and nothing about people"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

COLUMNS = {
    "payments": (
        "id, order_id, attempt, amount_minor, currency, status, refunded_minor, ledger_transaction_id, updated_at"
    ),
    "refunds": "payment_id, amount_minor, reason, status, ledger_transaction_id",
    "ledger_accounts": "id, kind, currency",
    "ledger_transactions": "id",
    "ledger_entries": "id, transaction_id, account_id, currency, amount_minor, balance_after_minor",
    "wallets": "id, currency, balance_minor",
}


def upgrade() -> None:
    for table, columns in COLUMNS.items():
        op.execute(f"GRANT SELECT ({columns}) ON {table} TO payment_auditor")


def downgrade() -> None:
    for table, columns in COLUMNS.items():
        op.execute(f"REVOKE SELECT ({columns}) ON {table} FROM payment_auditor")
