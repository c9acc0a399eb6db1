"""Transfers over the wire."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from payment.amounts import PositiveAmount
from payment.transfers.models import Transfer
from servicekit.money import Currency, format_amount
from servicekit.text import Text


class NewTransfer(BaseModel):
    """Money for somebody else. Without a `currency` it is the one that everybody starts with."""

    model_config = ConfigDict(extra="forbid")

    receiver_username: Annotated[Text, Field(min_length=1, max_length=100, examples=["ada.lovelace"])]
    amount: PositiveAmount
    currency: Currency | None = None


class Party(BaseModel):
    user_id: UUID
    username: str


class TransferResponse(BaseModel):
    id: UUID
    sender: Party
    receiver: Party
    amount: str
    currency: str
    created_at: datetime

    @classmethod
    def of(cls, transfer: Transfer) -> "TransferResponse":
        return cls(
            id=transfer.id,
            sender=Party(user_id=transfer.sender_user_id, username=transfer.sender_username),
            receiver=Party(user_id=transfer.receiver_user_id, username=transfer.receiver_username),
            amount=format_amount(transfer.amount_minor, transfer.currency),
            currency=transfer.currency,
            created_at=transfer.created_at,
        )
