"""Wallets know that their owner is gone, and stay frozen; a user's transfers are found, to forget the name in them

Who was deleted before is not known here: their wallets are frozen, as those that staff has frozen.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("wallets", sa.Column("owner_deleted_at", sa.DateTime(timezone=True)))
    op.create_check_constraint("wallets_owner_deleted_check", "wallets", "owner_deleted_at IS NULL OR is_frozen")
    op.create_index("transfers_of_sender", "transfers", ["sender_user_id"])
    op.create_index("transfers_of_receiver", "transfers", ["receiver_user_id"])


def downgrade() -> None:
    op.drop_index("transfers_of_receiver", "transfers")
    op.drop_index("transfers_of_sender", "transfers")
    op.drop_constraint("wallets_owner_deleted_check", "wallets")
    op.drop_column("wallets", "owner_deleted_at")
