"""Reconciliations that staff asks for, or the hour, and their results"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, UUID

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reconciliation_runs",
        sa.Column("id", UUID, primary_key=True),
        sa.Column("requested_by", UUID),
        sa.Column("requested_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True)),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("error", sa.Text),
        sa.Column("orders", sa.BigInteger),
        sa.Column("payments", sa.BigInteger),
        sa.Column("entries", sa.BigInteger),
        sa.Column("wallets", sa.BigInteger),
        sa.Column("under_way", sa.BigInteger),
        sa.Column("duration_seconds", sa.Float),
        sa.Column("findings_count", sa.BigInteger),
        sa.Column("findings", JSONB),
    )
    op.create_index(
        "reconciliation_runs_one_open",
        "reconciliation_runs",
        [sa.text("(finished_at IS NULL)")],
        unique=True,
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    op.create_index("reconciliation_runs_by_end", "reconciliation_runs", ["finished_at"])


def downgrade() -> None:
    op.drop_table("reconciliation_runs")
