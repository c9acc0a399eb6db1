"""Wallets over the wire."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from payment.amounts import PositiveAmount
from payment.pagination import Page, PageQuery
from payment.wallets.models import Wallet
from servicekit.money import Currency, format_amount
from servicekit.text import Text

Label = Annotated[Text, Field(min_length=1, max_length=60)]


class WalletQuery(PageQuery):
    user_id: UUID | None = Field(None, description="Somebody's. Of use to staff only.")
    currency: Currency | None = None
    is_closed: bool = Field(default=False, description="The closed ones instead of the open ones.")


class NewWallet(BaseModel):
    model_config = ConfigDict(extra="forbid")

    currency: Currency
    label: Label | None = None


class WalletChange(BaseModel):
    """What is to change. The owner names the wallet, staff freeze it."""

    model_config = ConfigDict(extra="forbid")

    label: Label | None = None
    is_frozen: StrictBool | None = None


class TopUp(BaseModel):
    """Money from outside, in the wallet's currency."""

    model_config = ConfigDict(extra="forbid")

    amount: PositiveAmount


class WalletResponse(BaseModel):
    """`balance` is in `currency`. A frozen wallet pays nothing, and only refunds reach it."""

    id: UUID
    user_id: UUID
    currency: str
    balance: str
    label: str | None
    is_frozen: bool
    closed_at: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, wallet: Wallet) -> "WalletResponse":
        return cls(
            id=wallet.id,
            user_id=wallet.user_id,
            currency=wallet.currency,
            balance=format_amount(wallet.balance_minor, wallet.currency),
            label=wallet.label,
            is_frozen=wallet.is_frozen,
            closed_at=wallet.closed_at,
            created_at=wallet.created_at,
        )


class WalletPage(Page[WalletResponse]):
    """The newest first."""
