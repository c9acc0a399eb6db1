"""Wallets over the wire."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from payment.pagination import Page
from payment.wallets.models import Wallet
from servicekit.money import format_amount


class WalletResponse(BaseModel):
    """`balance` is in `currency`. A frozen wallet pays nothing."""

    id: UUID
    user_id: UUID
    currency: str
    balance: str
    is_frozen: bool
    created_at: datetime

    @classmethod
    def of(cls, wallet: Wallet) -> "WalletResponse":
        return cls(
            id=wallet.id,
            user_id=wallet.user_id,
            currency=wallet.currency,
            balance=format_amount(wallet.balance_minor, wallet.currency),
            is_frozen=wallet.is_frozen,
            created_at=wallet.created_at,
        )


class WalletPage(Page[WalletResponse]):
    """The newest first."""
