"""A wallet as decisions see it."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletState:
    """A wallet as it stands at this point of a batch. The fields are the columns of the same names."""

    id: UUID
    user_id: UUID
    currency: str
    balance_minor: int
    is_frozen: bool
