"""The table of transfers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from payment.database import Model

DELETED = "(deleted)"
"""No user can have that name."""


class Transfer(Model):
    """Money that went from one user's wallet to another's. Its id is that of its ledger transaction.

    The names are those of that day: what a statement calls the other side. `DELETED` stands for who is gone.
    """

    __tablename__ = "transfers"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="transfers_amount_check"),
        CheckConstraint("sender_user_id <> receiver_user_id", name="transfers_two_sides_check"),
        Index("transfers_of_sender", "sender_user_id"),
        Index("transfers_of_receiver", "receiver_user_id"),
    )

    id: Mapped[UUID] = mapped_column(ForeignKey("ledger_transactions.id"), primary_key=True)
    sender_user_id: Mapped[UUID]
    sender_username: Mapped[str]
    receiver_user_id: Mapped[UUID]
    receiver_username: Mapped[str]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
