"""Payment methods beside the wallet, refunds by staff, and what providers are to be asked for"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_ACCOUNT_KINDS = "kind IN ('wallet', 'sales', 'top_ups', 'grants', 'card_clearing')"
_ACCOUNT_KINDS_BEFORE = "kind IN ('wallet', 'sales', 'top_ups', 'grants')"
_CAPTURED = "status IN ('succeeded', 'refunded')"
_ATTEMPT = "attempt > 0 AND num_nulls(user_id, amount_minor, currency, method) = 0 OR attempt = 0 AND status = 'voided'"
_ATTEMPT_BEFORE = (
    "attempt > 0 AND user_id IS NOT NULL AND amount_minor IS NOT NULL AND currency IS NOT NULL"
    " OR attempt = 0 AND status = 'voided'"
)
_CAPTURE_BEFORE = f"({_CAPTURED}) = (wallet_id IS NOT NULL AND ledger_transaction_id IS NOT NULL)"


def upgrade() -> None:
    _replace_check("ledger_accounts", "ledger_accounts_kind_check", _ACCOUNT_KINDS)
    _extend_payments()
    _extend_refunds()
    _create_provider_calls()
    _create_sandbox_book()


def _extend_payments() -> None:
    # Up to now all have paid from their wallets. The default is only for them.
    op.add_column("payments", sa.Column("method", sa.Text, server_default="wallet"))
    op.alter_column("payments", "method", server_default=None)
    op.add_column("payments", sa.Column("method_token", sa.Text))
    op.add_column("payments", sa.Column("provider_reference", sa.Text))
    _replace_check("payments", "payments_attempt_check", _ATTEMPT)
    _replace_check("payments", "payments_capture_check", f"({_CAPTURED}) = (ledger_transaction_id IS NOT NULL)")
    op.create_check_constraint(
        "payments_wallet_check", "payments", f"({_CAPTURED} AND method = 'wallet') = (wallet_id IS NOT NULL)"
    )
    for name, statuses in (("payments_unpaid", "'pending', 'failed'"), ("payments_undone", "'voided', 'refunded'")):
        op.create_index(name, "payments", ["id"], postgresql_where=sa.text(f"status IN ({statuses})"))
    op.create_index(
        "payments_by_provider", "payments", ["method", "id"], postgresql_where=sa.text("method <> 'wallet'")
    )


def _extend_refunds() -> None:
    op.add_column("refunds", sa.Column("status", sa.Text, nullable=False, server_default="succeeded"))
    op.alter_column("refunds", "status", server_default=None)
    op.add_column("refunds", sa.Column("requested_by", sa.Uuid))
    op.alter_column("refunds", "ledger_transaction_id", nullable=True)
    _replace_check("refunds", "refunds_reason_check", "reason IN ('order_closed', 'staff')")
    op.create_check_constraint("refunds_status_check", "refunds", "status IN ('pending', 'succeeded')")
    op.create_check_constraint(
        "refunds_movement_check", "refunds", "(status = 'succeeded') = (ledger_transaction_id IS NOT NULL)"
    )


def _create_provider_calls() -> None:
    op.create_table(
        "provider_calls",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("payment_id", sa.Uuid, sa.ForeignKey("payments.id"), nullable=False, index=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("cause_id", sa.Uuid),
        sa.Column("traceparent", sa.Text),
        sa.Column("tries", sa.BigInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.CheckConstraint("kind IN ('charge', 'void', 'refund')", name="provider_calls_kind_check"),
    )
    op.create_index(
        "provider_calls_due", "provider_calls", ["due_at"], postgresql_where=sa.text("finished_at IS NULL")
    )


def _create_sandbox_book() -> None:
    op.create_table(
        "sandbox_card_book",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("payment_id", sa.Uuid, nullable=False, index=True),
        sa.Column("amount_minor", sa.BigInteger, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("calls", sa.BigInteger, nullable=False, server_default=sa.text("1")),
    )


def _replace_check(table: str, name: str, condition: str) -> None:
    op.drop_constraint(name, table)
    op.create_check_constraint(name, table, condition)


def downgrade() -> None:
    op.drop_table("sandbox_card_book")
    op.drop_table("provider_calls")
    for name in ("refunds_movement_check", "refunds_status_check"):
        op.drop_constraint(name, "refunds")
    _replace_check("refunds", "refunds_reason_check", "reason IN ('order_closed')")
    op.alter_column("refunds", "ledger_transaction_id", nullable=False)
    op.drop_column("refunds", "requested_by")
    op.drop_column("refunds", "status")
    for name in ("payments_by_provider", "payments_undone", "payments_unpaid"):
        op.drop_index(name, "payments")
    op.drop_constraint("payments_wallet_check", "payments")
    _replace_check("payments", "payments_capture_check", _CAPTURE_BEFORE)
    _replace_check("payments", "payments_attempt_check", _ATTEMPT_BEFORE)
    for name in ("provider_reference", "method_token", "method"):
        op.drop_column("payments", name)
    _replace_check("ledger_accounts", "ledger_accounts_kind_check", _ACCOUNT_KINDS_BEFORE)
