"""Writing to the ledger. The caller's transaction decides: a movement and its cause exist together or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from payment.database import insert_new_rows, insert_rows
from payment.ledger.models import AccountKind, LedgerAccount, LedgerEntry, LedgerTransaction, system_account_id


@dataclass(frozen=True, slots=True)
class Side:
    """What a movement means for one account: a wallet, by its id, or one of our own, by its kind.

    Positive amounts come in. `balance_after_minor` is the wallet's, and None for an account of ours.
    """

    account: UUID | AccountKind
    amount_minor: int
    balance_after_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Movement:
    """Sides that sum to zero. `reference` names the cause ("payment:{id}:capture"); it can be posted only once.

    Sides of nothing (a free order) are left out: the transaction is then there without entries.
    """

    transaction_id: UUID
    reference: str
    currency: str
    sides: tuple[Side, ...]


def add_wallet_accounts(currencies: Mapping[UUID, str]) -> None:
    """Add the accounts of new wallets. `currencies` by wallet id."""
    rows = [{"id": id_, "kind": AccountKind.WALLET, "currency": currency} for id_, currency in currencies.items()]
    insert_rows(LedgerAccount, rows)


def post(movements: Sequence[Movement]) -> None:
    """Write the movements, in this order. Balances of wallets are the caller's to change, in the same transaction."""
    insert_rows(
        LedgerTransaction, [{"id": movement.transaction_id, "reference": movement.reference} for movement in movements]
    )
    entries = [
        {
            "transaction_id": movement.transaction_id,
            "account_id": _account_id(side, movement.currency),
            "currency": movement.currency,
            "amount_minor": side.amount_minor,
            "balance_after_minor": side.balance_after_minor,
        }
        for movement in movements
        for side in movement.sides
        if side.amount_minor
    ]
    if entries:
        _ensure_system_accounts(movements)
        insert_rows(LedgerEntry, entries)


def _account_id(side: Side, currency: str) -> UUID:
    return side.account if isinstance(side.account, UUID) else system_account_id(side.account, currency)


def _ensure_system_accounts(movements: Sequence[Movement]) -> None:
    """Open our own accounts in currencies that are new to us. Sorted, so that two who do so never wait in a circle."""
    ours = {
        (side.account, movement.currency)
        for movement in movements
        for side in movement.sides
        if isinstance(side.account, AccountKind)
    }
    rows = [{"id": system_account_id(*account), "kind": account[0], "currency": account[1]} for account in sorted(ours)]
    if rows:
        insert_new_rows(LedgerAccount, rows)
