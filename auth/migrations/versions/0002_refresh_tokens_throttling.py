"""What is known of a session, its refresh tokens, and the counters of the throttles."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    for name in ("device_type", "os", "client", "address"):
        op.add_column("sessions", sa.Column(name, sa.Text()))
    op.add_column("sessions", sa.Column("refresh_secret", sa.LargeBinary()))
    op.add_column("sessions", sa.Column("last_seen_at", MOMENT, nullable=False, server_default=sa.func.now()))
    op.add_column("sessions", sa.Column("tokens_expire_at", MOMENT))
    # Sessions of before ended with their one access token and have no refresh token: any secret will do.
    op.execute("UPDATE sessions SET refresh_secret = uuid_send(gen_random_uuid()), tokens_expire_at = expires_at")
    op.alter_column("sessions", "refresh_secret", nullable=False)
    op.alter_column("sessions", "tokens_expire_at", nullable=False)
    op.create_index("sessions_expires_at_idx", "sessions", ["expires_at"])

    op.create_table(
        "refresh_tokens",
        sa.Column("token_hash", sa.LargeBinary(), primary_key=True),
        sa.Column("session_id", sa.Uuid(), sa.ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
        sa.Column("rotated_at", MOMENT),
        sa.Column("rotated_by", sa.LargeBinary()),
    )
    op.create_index("refresh_tokens_session_id_idx", "refresh_tokens", ["session_id"])

    op.create_table(
        "throttle_counters",
        sa.Column("key", sa.LargeBinary(), primary_key=True),
        sa.Column("remaining", sa.Integer(), nullable=False),
        sa.Column("resets_at", MOMENT, nullable=False),
        prefixes=["UNLOGGED"],
    )
    op.create_index("throttle_counters_resets_at_idx", "throttle_counters", ["resets_at"])


def downgrade() -> None:
    op.drop_table("throttle_counters")
    op.drop_table("refresh_tokens")
    op.drop_index("sessions_expires_at_idx", "sessions")
    for name in ("tokens_expire_at", "last_seen_at", "refresh_secret", "address", "client", "os", "device_type"):
        op.drop_column("sessions", name)
