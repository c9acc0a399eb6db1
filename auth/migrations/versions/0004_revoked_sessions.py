"""Sessions whose tokens are still out, for those who check tokens by themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "revoked_sessions",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("session_id", name="revoked_sessions_pkey"),
    )
    op.create_index("revoked_sessions_until_idx", "revoked_sessions", ["until"])


def downgrade() -> None:
    op.drop_table("revoked_sessions")
