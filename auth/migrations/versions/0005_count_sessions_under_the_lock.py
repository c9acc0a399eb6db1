"""How many sessions a user has, as of the moment when the question is reached within a statement."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# VOLATILE: a query in such a function sees what others have committed since the calling statement began.
_FUNCTION = """
    CREATE FUNCTION live_sessions(of_user uuid) RETURNS bigint LANGUAGE sql VOLATILE AS $$
        SELECT count(*) FROM sessions WHERE user_id = of_user AND ended_at IS NULL AND expires_at > now()
    $$
"""


def upgrade() -> None:
    op.execute(_FUNCTION)


def downgrade() -> None:
    op.execute("DROP FUNCTION live_sessions(uuid)")
