"""Events that were erased hold nothing: what is not empty can be sent again."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_EMPTY = """
    UPDATE outbox_events SET body = '{}'
    WHERE type IN ('user.registered', 'user.updated') AND published_at IS NOT NULL
      AND body::jsonb -> 'data' = jsonb_build_object('user_id', body::jsonb #> '{data,user_id}')
"""


def upgrade() -> None:
    op.execute(_EMPTY)


def downgrade() -> None:
    """What was erased stays erased."""
