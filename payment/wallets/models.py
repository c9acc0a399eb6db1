"""The table of wallets."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false, func
from sqlalchemy.orm import Mapped, mapped_column

from payment.database import Model


class Wallet(Model):
    """A user's money in one currency. The balance changes only together with ledger entries, and is never negative."""

    __tablename__ = "wallets"
    __table_args__ = (
        UniqueConstraint("user_id", "currency", name="wallets_user_currency_key"),
        CheckConstraint("balance_minor >= 0", name="wallets_balance_check"),
        CheckConstraint("closed_at IS NULL OR balance_minor = 0", name="wallets_closed_check"),
        CheckConstraint("owner_deleted_at IS NULL OR is_frozen", name="wallets_owner_deleted_check"),
        Index("wallets_by_currency", "currency", "id"),
    )

    id: Mapped[UUID] = mapped_column(
        # Deferred: the insert of the wallet decides who opens it, and only the winner adds the ledger account.
        ForeignKey("ledger_accounts.id", deferrable=True, initially="DEFERRED"),
        primary_key=True,
    )
    user_id: Mapped[UUID]
    currency: Mapped[str]
    balance_minor: Mapped[int]
    is_frozen: Mapped[bool] = mapped_column(server_default=false())
    """A frozen wallet pays nothing; refunds still reach it."""
    owner_deleted_at: Mapped[datetime | None]
    """Since then the account is gone, and the wallet stays frozen for ever."""
    label: Mapped[str | None]
    """What its owner calls it."""
    closed_at: Mapped[datetime | None]
    """A closed wallet holds nothing. Money that comes in opens it again."""
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
