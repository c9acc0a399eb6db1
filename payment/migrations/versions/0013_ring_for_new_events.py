"""Wake the relay, when it rests, as soon as there is something to publish."""

from alembic import op

from servicekit.outbox.bell import RING_FOR_NEW_ROWS, RING_NO_MORE

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in RING_FOR_NEW_ROWS:
        op.execute(statement)


def downgrade() -> None:
    for statement in RING_NO_MORE:
        op.execute(statement)
