"""Wallets: one per user and currency, never negative"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "wallets",
        sa.Column(
            "id",
            sa.Uuid,
            sa.ForeignKey("ledger_accounts.id", deferrable=True, initially="DEFERRED"),
            primary_key=True,
        ),
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("balance_minor", sa.BigInteger, nullable=False),
        sa.Column("is_frozen", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.UniqueConstraint("user_id", "currency", name="wallets_user_currency_key"),
        sa.CheckConstraint("balance_minor >= 0", name="wallets_balance_check"),
    )


def downgrade() -> None:
    op.drop_table("wallets")
