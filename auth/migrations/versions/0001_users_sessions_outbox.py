"""Users, one session per sign-in, and the outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False, server_default="customer"),
        sa.Column("is_active", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("first_name", sa.Text()),
        sa.Column("last_name", sa.Text()),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("created_at", MOMENT, nullable=False, server_default=sa.func.now()),
        sa.CheckConstraint("role IN ('customer', 'staff', 'admin')", name="role"),
        sa.CheckConstraint("username ~ '^[A-Za-z0-9._-]{3,32}$'", name="username"),
    )
    # PostgreSQL checks unique indexes in the order of their creation: the user name is reported before the address.
    op.create_index("users_username_key", "users", [sa.text("lower(username)")], unique=True)
    op.create_index("users_email_key", "users", [sa.text("lower(email)")], unique=True)

    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False, server_default=sa.func.now()),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
    )
    op.create_index("sessions_user_id_idx", "sessions", ["user_id"])

    op.create_table(
        "outbox_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("event_id", sa.Uuid(), nullable=False, unique=True),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("correlation_id", sa.Uuid()),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False, server_default=sa.func.now()),
        sa.Column("claimed_until", MOMENT),
        sa.Column("attempts", sa.SmallInteger(), nullable=False, server_default="0"),
        sa.Column("published_at", MOMENT),
        sa.Column("failed_at", MOMENT),
        sa.Column("last_error", sa.Text()),
    )
    op.create_index(
        "outbox_events_waiting",
        "outbox_events",
        ["id"],
        postgresql_where=sa.text("published_at IS NULL AND failed_at IS NULL"),
    )
    op.create_index("outbox_events_correlation_id_idx", "outbox_events", ["correlation_id"])


def downgrade() -> None:
    op.drop_table("outbox_events")
    op.drop_table("sessions")
    op.drop_table("users")
