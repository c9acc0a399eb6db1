"""Profiles and their search, preferences, avatars, soft deletion, confirmations by e-mail."""

from uuid import UUID

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
LIVE = sa.text("deleted_at IS NULL")
NAMES = sa.Computed("lower(username || ' ' || COALESCE(display_name, ''))", persisted=True)


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    _extend_users()
    _create_tables()


def _extend_users() -> None:
    op.add_column("users", sa.Column("email_verified_at", MOMENT))
    for name in ("display_name", "bio", "location", "website", "phone_number"):
        op.add_column("users", sa.Column(name, sa.Text()))
    op.add_column("users", sa.Column("address", JSONB()))
    op.add_column("users", sa.Column("names", sa.Text(), NAMES, nullable=False))
    op.add_column("users", sa.Column("is_searchable", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("users", sa.Column("deleted_at", MOMENT))

    # PostgreSQL checks unique indexes in the order of their creation: the user name is reported before the address.
    for name, column in (("users_username_key", "username"), ("users_email_key", "email")):
        op.drop_index(name, "users")
        op.create_index(name, "users", [sa.text(f"lower({column})")], unique=True, postgresql_where=LIVE)
    op.create_index("users_created_at_idx", "users", ["created_at", "id"])
    op.create_index(
        "users_names_trgm_idx",
        "users",
        ["names"],
        postgresql_using="gin",
        postgresql_ops={"names": "gin_trgm_ops"},
        postgresql_where=sa.text("deleted_at IS NULL AND is_active AND is_searchable"),
    )
    op.create_index("users_admins_idx", "users", ["id"], postgresql_where=sa.text("role = 'admin'"))


def _user_id(*, primary_key: bool) -> sa.Column[UUID]:
    user = sa.ForeignKey("users.id", ondelete="CASCADE")
    return sa.Column("user_id", sa.Uuid(), user, primary_key=primary_key, nullable=not primary_key)


def _create_tables() -> None:
    op.create_table(
        "preferences",
        _user_id(primary_key=True),
        sa.Column("language", sa.Text(), nullable=False, server_default="en"),
        sa.Column("timezone", sa.Text(), nullable=False, server_default="UTC"),
        sa.Column("theme", sa.Text(), nullable=False, server_default="system"),
        sa.Column("date_format", sa.Text(), nullable=False, server_default="YYYY-MM-DD"),
        sa.Column("time_format", sa.Text(), nullable=False, server_default="24h"),
        sa.Column("email_notifications", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("push_notifications", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("sms_notifications", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("newsletter", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("marketing", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("custom_settings", JSONB(), nullable=False, server_default=sa.text("'{}'")),
    )
    op.create_table("avatars", _user_id(primary_key=True), sa.Column("image", sa.LargeBinary(), nullable=False))
    op.create_table(
        "mail_requests",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        _user_id(primary_key=False),
        sa.Column("created_at", MOMENT, nullable=False, server_default=sa.func.now()),
        sa.Column("due_at", MOMENT, nullable=False, server_default=sa.func.now()),
        sa.Column("attempts", sa.SmallInteger(), nullable=False, server_default="0"),
    )
    op.create_index("mail_requests_due_at_idx", "mail_requests", ["due_at"])
    op.create_index("mail_requests_user_id_idx", "mail_requests", ["user_id"])
    op.create_table(
        "confirmations",
        _user_id(primary_key=True),
        sa.Column("purpose", sa.Text(), primary_key=True),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False, unique=True),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
    )


def downgrade() -> None:
    for table in ("confirmations", "mail_requests", "avatars", "preferences"):
        op.drop_table(table)
    for index in ("users_admins_idx", "users_names_trgm_idx", "users_created_at_idx"):
        op.drop_index(index, "users")
    op.execute("DELETE FROM users WHERE deleted_at IS NOT NULL")
    for name, column in (("users_username_key", "username"), ("users_email_key", "email")):
        op.drop_index(name, "users")
        op.create_index(name, "users", [sa.text(f"lower({column})")], unique=True)
    for column in (
        "deleted_at", "is_searchable", "names", "address", "phone_number", "website", "location", "bio", "display_name",
        "email_verified_at",
    ):
        op.drop_column("users", column)
