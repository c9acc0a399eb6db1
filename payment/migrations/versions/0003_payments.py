"""Orders as payment knows them, payments and refunds: one payment per order and attempt, one capture per order"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "orders",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
    )
    _create_payments()
    _create_refunds()


def _create_payments() -> None:
    op.create_table(
        "payments",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("order_id", sa.Uuid, sa.ForeignKey("orders.id"), nullable=False),
        sa.Column("attempt", sa.BigInteger, nullable=False),
        sa.Column("user_id", sa.Uuid),
        sa.Column("amount_minor", sa.BigInteger),
        sa.Column("currency", sa.Text),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("failure_code", sa.Text),
        sa.Column("wallet_id", sa.Uuid, sa.ForeignKey("wallets.id")),
        sa.Column("ledger_transaction_id", sa.Uuid, sa.ForeignKey("ledger_transactions.id")),
        sa.Column("refunded_minor", sa.BigInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("version", sa.BigInteger, nullable=False, server_default=sa.text("1")),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.clock_timestamp()),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.clock_timestamp()),
        sa.UniqueConstraint("order_id", "attempt", name="payments_order_attempt_key"),
        sa.CheckConstraint(
            "status IN ('pending', 'succeeded', 'failed', 'voided', 'refunded')", name="payments_status_check"
        ),
        sa.CheckConstraint(
            "attempt > 0 AND user_id IS NOT NULL AND amount_minor IS NOT NULL AND currency IS NOT NULL"
            " OR attempt = 0 AND status = 'voided'",
            name="payments_attempt_check",
        ),
        sa.CheckConstraint("amount_minor >= 0", name="payments_amount_check"),
        sa.CheckConstraint("refunded_minor BETWEEN 0 AND amount_minor", name="payments_refunded_check"),
        sa.CheckConstraint("status <> 'refunded' OR refunded_minor = amount_minor", name="payments_fully_refunded_check"),
        sa.CheckConstraint("(status = 'failed') = (failure_code IS NOT NULL)", name="payments_failure_check"),
        sa.CheckConstraint(
            "(status IN ('succeeded', 'refunded')) = (wallet_id IS NOT NULL AND ledger_transaction_id IS NOT NULL)",
            name="payments_capture_check",
        ),
    )
    op.create_index(
        "payments_one_capture",
        "payments",
        ["order_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('succeeded', 'refunded')"),
    )
    op.create_index(
        "payments_one_void", "payments", ["order_id"], unique=True, postgresql_where=sa.text("status = 'voided'")
    )
    op.create_index("payments_of_user", "payments", ["user_id", "id"])


def _create_refunds() -> None:
    op.create_table(
        "refunds",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("payment_id", sa.Uuid, sa.ForeignKey("payments.id"), nullable=False, index=True),
        sa.Column("amount_minor", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("ledger_transaction_id", sa.Uuid, sa.ForeignKey("ledger_transactions.id"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.CheckConstraint("amount_minor >= 0", name="refunds_amount_check"),
        sa.CheckConstraint("reason IN ('order_closed')", name="refunds_reason_check"),
    )
    op.create_index(
        "refunds_one_per_closed_order",
        "refunds",
        ["payment_id"],
        unique=True,
        postgresql_where=sa.text("reason = 'order_closed'"),
    )


def downgrade() -> None:
    for table in ("refunds", "payments", "orders"):
        op.drop_table(table)
