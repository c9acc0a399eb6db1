"""Wallets have a label, and can be closed"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("wallets", sa.Column("label", sa.Text))
    op.add_column("wallets", sa.Column("closed_at", sa.DateTime(timezone=True)))
    op.create_check_constraint("wallets_closed_check", "wallets", "closed_at IS NULL OR balance_minor = 0")
    op.create_index("wallets_by_currency", "wallets", ["currency", "id"])


def downgrade() -> None:
    op.drop_index("wallets_by_currency", "wallets")
    op.drop_constraint("wallets_closed_check", "wallets")
    op.drop_column("wallets", "closed_at")
    op.drop_column("wallets", "label")
