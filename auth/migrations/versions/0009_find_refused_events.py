"""Events that were refused are found without looking through all that went out."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "outbox_events_failed", "outbox_events", ["id"], postgresql_where=sa.text("failed_at IS NOT NULL")
    )


def downgrade() -> None:
    op.drop_index("outbox_events_failed", "outbox_events")
