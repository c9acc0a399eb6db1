"""A wallet as decisions see it."""

from dataclasses import dataclass, replace
from uuid import UUID

from payment.wallets.errors import BalanceLimitExceeded, InsufficientFunds
from servicekit.money import MAX_MINOR


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletState:
    """A wallet as it stands at this point of a batch. The fields are the columns of the same names."""

    id: UUID
    user_id: UUID
    currency: str
    balance_minor: int
    is_frozen: bool

    def receive(self, amount_minor: int) -> "WalletState":
        """The wallet after money came in. Raises `BalanceLimitExceeded`."""
        if self.balance_minor + amount_minor > MAX_MINOR:
            raise BalanceLimitExceeded
        return replace(self, balance_minor=self.balance_minor + amount_minor)

    def pay(self, amount_minor: int) -> "WalletState":
        """The wallet after money went out. Raises `InsufficientFunds`."""
        if self.balance_minor < amount_minor:
            raise InsufficientFunds
        return replace(self, balance_minor=self.balance_minor - amount_minor)
