"""The ledger's tables. Rows are only ever added: triggers and the application role's rights refuse everything else."""

from datetime import datetime
from enum import StrEnum
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from payment.database import Model


class AccountKind(StrEnum):
    """`WALLET` accounts belong to users; the others are ours, one per currency."""

    WALLET = "wallet"
    SALES = "sales"
    TOP_UPS = "top_ups"
    GRANTS = "grants"
    CARD_CLEARING = "card_clearing"


class LedgerAccount(Model):
    """Where money can be. A wallet's account has the wallet's id.

    System accounts keep no balance: it would be the one row that every payment waits for.
    """

    __tablename__ = "ledger_accounts"
    __table_args__ = (
        UniqueConstraint("id", "currency", name="ledger_accounts_id_currency_key"),
        CheckConstraint(
            "kind IN ('wallet', 'sales', 'top_ups', 'grants', 'card_clearing')", name="ledger_accounts_kind_check"
        ),
        Index(
            "ledger_accounts_one_system_account",
            "kind",
            "currency",
            unique=True,
            postgresql_where=text("kind <> 'wallet'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    currency: Mapped[str]


class LedgerTransaction(Model):
    """One movement: entries that sum to zero. Its reference ("payment:{id}:capture") makes it happen at most once."""

    __tablename__ = "ledger_transactions"
    __table_args__ = (UniqueConstraint("reference", name="ledger_transactions_reference_key"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class LedgerEntry(Model):
    """One account's side of a movement. Positive amounts come in, negative ones go out."""

    __tablename__ = "ledger_entries"
    __table_args__ = (
        UniqueConstraint("transaction_id", "account_id", name="ledger_entries_transaction_account_key"),
        ForeignKeyConstraint(["account_id", "currency"], ["ledger_accounts.id", "ledger_accounts.currency"]),
        CheckConstraint("amount_minor <> 0", name="ledger_entries_amount_check"),
        CheckConstraint("balance_after_minor >= 0", name="ledger_entries_balance_after_check"),
        Index("ledger_entries_of_wallet", "account_id", "id", postgresql_where=text("balance_after_minor IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    transaction_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_transactions.id"))
    account_id: Mapped[UUID]
    currency: Mapped[str]
    amount_minor: Mapped[int]
    balance_after_minor: Mapped[int | None]
    """The wallet's balance once this entry was made. Null for system accounts."""


def system_account_id(kind: AccountKind, currency: str) -> UUID:
    """The id of our own account of this kind: derived from its name, so that nobody has to look it up."""
    return uuid5(NAMESPACE_URL, f"urn:storefront:payment:account:{kind}:{currency}")
