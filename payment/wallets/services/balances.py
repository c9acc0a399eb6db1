"""Changing balances. The caller's transaction also writes the ledger entries that explain the change."""

from collections.abc import Sequence

from sqlalchemy import ARRAY, BigInteger, Uuid, bindparam, text

from payment.database import change_rows
from payment.wallets.states import WalletState

# A wallet that no longer has the balance which was loaded is not touched, and the number of rows tells. One that was
# closed was empty: what comes in opens it again.
_CHANGE_BALANCES = text(
    """
    UPDATE wallets SET balance_minor = change.balance, closed_at = NULL
    FROM unnest(:ids, :loaded_balances, :balances) AS change (id, loaded_balance, balance)
    WHERE wallets.id = change.id AND wallets.balance_minor = change.loaded_balance
    """
).bindparams(
    bindparam("ids", type_=ARRAY(Uuid)),
    bindparam("loaded_balances", type_=ARRAY(BigInteger)),
    bindparam("balances", type_=ARRAY(BigInteger)),
)


def change_balances(changes: Sequence[tuple[WalletState, WalletState]]) -> None:
    """Write new balances, given as the state that was loaded and the one that follows. Raises `TransactionConflict`."""
    change_rows(
        _CHANGE_BALANCES,
        {
            "ids": [after.id for _, after in changes],
            "loaded_balances": [before.balance_minor for before, _ in changes],
            "balances": [after.balance_minor for _, after in changes],
        },
        expected=len(changes),
    )
