"""Transfers between users"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "transfers",
        sa.Column("id", sa.Uuid, sa.ForeignKey("ledger_transactions.id"), primary_key=True),
        sa.Column("sender_user_id", sa.Uuid, nullable=False),
        sa.Column("sender_username", sa.Text, nullable=False),
        sa.Column("receiver_user_id", sa.Uuid, nullable=False),
        sa.Column("receiver_username", sa.Text, nullable=False),
        sa.Column("amount_minor", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.clock_timestamp()),
        sa.CheckConstraint("amount_minor > 0", name="transfers_amount_check"),
        sa.CheckConstraint("sender_user_id <> receiver_user_id", name="transfers_two_sides_check"),
    )


def downgrade() -> None:
    op.drop_table("transfers")
