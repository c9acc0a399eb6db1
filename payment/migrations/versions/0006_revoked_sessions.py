"""Sessions that auth has ended early, as in every service that checks tokens by itself"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "revoked_sessions",
        sa.Column("session_id", sa.Uuid, primary_key=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.clock_timestamp()),
    )
    op.create_index("revoked_sessions_by_end", "revoked_sessions", ["until"])
    op.create_index("revoked_sessions_by_age", "revoked_sessions", ["recorded_at"])


def downgrade() -> None:
    op.drop_table("revoked_sessions")
