"""The ledger, with the rules that the database itself keeps: balanced, and append-only"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = ("ledger_accounts", "ledger_transactions", "ledger_entries")


def upgrade() -> None:
    _create_tables()
    _refuse_unbalanced_transactions()
    _refuse_changes()


def _create_tables() -> None:
    op.create_table(
        "ledger_accounts",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.UniqueConstraint("id", "currency", name="ledger_accounts_id_currency_key"),
        sa.CheckConstraint("kind IN ('wallet', 'sales', 'top_ups', 'grants')", name="ledger_accounts_kind_check"),
    )
    op.create_index(
        "ledger_accounts_one_system_account",
        "ledger_accounts",
        ["kind", "currency"],
        unique=True,
        postgresql_where=sa.text("kind <> 'wallet'"),
    )
    op.create_table(
        "ledger_transactions",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.clock_timestamp()),
        sa.UniqueConstraint("reference", name="ledger_transactions_reference_key"),
    )
    op.create_table(
        "ledger_entries",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("transaction_id", sa.Uuid, sa.ForeignKey("ledger_transactions.id"), nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("amount_minor", sa.BigInteger, nullable=False),
        sa.Column("balance_after_minor", sa.BigInteger),
        # The account's currency is part of the key: an entry in another currency has nothing to refer to.
        sa.ForeignKeyConstraint(["account_id", "currency"], ["ledger_accounts.id", "ledger_accounts.currency"]),
        sa.UniqueConstraint("transaction_id", "account_id", name="ledger_entries_transaction_account_key"),
        sa.CheckConstraint("amount_minor <> 0", name="ledger_entries_amount_check"),
        sa.CheckConstraint("balance_after_minor >= 0", name="ledger_entries_balance_after_check"),
    )
    op.create_index(
        "ledger_entries_of_wallet",
        "ledger_entries",
        ["account_id", "id"],
        postgresql_where=sa.text("balance_after_minor IS NOT NULL"),
    )


def _refuse_unbalanced_transactions() -> None:
    # Deferred to the commit, when all entries of the transaction are there.
    # enable_seqscan: a plan that was cached while the table was small would otherwise scan it whole, for every entry.
    op.execute(
        """
        CREATE FUNCTION refuse_unbalanced_ledger_transaction() RETURNS trigger
        LANGUAGE plpgsql SET enable_seqscan = off AS $$
        BEGIN
            IF EXISTS (
                SELECT FROM ledger_entries WHERE transaction_id = NEW.transaction_id
                GROUP BY currency HAVING sum(amount_minor) <> 0
            ) THEN
                RAISE EXCEPTION 'ledger transaction % does not sum to zero', NEW.transaction_id
                    USING ERRCODE = 'check_violation', TABLE = 'ledger_entries', CONSTRAINT = 'ledger_entries_balanced';
            END IF;
            RETURN NULL;
        END $$
        """
    )
    op.execute(
        """
        CREATE CONSTRAINT TRIGGER ledger_entries_balanced AFTER INSERT ON ledger_entries
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_unbalanced_ledger_transaction()
        """
    )


def _refuse_changes() -> None:
    op.execute(
        """
        CREATE FUNCTION refuse_change_of_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'the ledger is append-only: no % on %', TG_OP, TG_TABLE_NAME
                USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
        END $$
        """
    )
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_ledger()"
        )
    op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {', '.join(TABLES)} FROM payment_app")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    op.execute("DROP FUNCTION refuse_unbalanced_ledger_transaction")
    op.execute("DROP FUNCTION refuse_change_of_ledger")
