"""Opening and freezing wallets, and changing their balances."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Uuid, bindparam, text, update
from sqlalchemy.dialects.postgresql import insert

from payment.database import change_rows, transaction
from payment.ledger.models import AccountKind
from payment.ledger.services import Movement, Side, add_wallet_accounts, post
from payment.settings import get_settings
from payment.wallets.models import Wallet
from payment.wallets.queries import lock_wallets_of
from payment.wallets.states import WalletState
from servicekit.ids import new_id

# A wallet that no longer has the balance which was loaded is not touched, and the number of rows tells.
_CHANGE_BALANCES = text(
    """
    UPDATE wallets SET balance_minor = change.balance
    FROM unnest(:ids, :loaded_balances, :balances) AS change (id, loaded_balance, balance)
    WHERE wallets.id = change.id AND wallets.balance_minor = change.loaded_balance
    """
).bindparams(
    bindparam("ids", type_=ARRAY(Uuid)),
    bindparam("loaded_balances", type_=ARRAY(BigInteger)),
    bindparam("balances", type_=ARRAY(BigInteger)),
)


def open_first_wallets(*, user_ids: Collection[UUID]) -> None:
    """Make sure that each user has a wallet in the starting currency, opened with the starting balance.

    Exactly once per user, however often and by however many at once this is called: the unique key decides who opens a
    wallet, and a second caller waits here until the first has committed.
    """
    if not user_ids:
        return
    settings = get_settings()
    balance_minor, currency = settings.starting_balance_minor, settings.starting_currency
    rows = [
        {"id": new_id(), "user_id": user_id, "currency": currency, "balance_minor": balance_minor}
        for user_id in sorted(set(user_ids))
    ]
    with transaction() as session:
        statement = insert(Wallet).on_conflict_do_nothing(index_elements=[Wallet.user_id, Wallet.currency])
        opened = session.execute(statement.returning(Wallet.id, Wallet.user_id), rows).all()
        if not opened:
            return
        add_wallet_accounts({wallet_id: currency for wallet_id, _ in opened})
        post(
            [
                Movement(
                    transaction_id=new_id(),
                    reference=f"grant:{user_id}:{currency}",
                    currency=currency,
                    sides=(
                        Side(wallet_id, balance_minor, balance_after_minor=balance_minor),
                        Side(AccountKind.GRANTS, -balance_minor),
                    ),
                )
                for wallet_id, user_id in opened
            ]
        )


def freeze_wallets_of(*, user_ids: Collection[UUID]) -> None:
    """Freeze all that these users have; they pay nothing any more, and refunds still arrive.

    The first wallet is opened where there is none. It is what a registration finds that comes late, so that the order
    of the two messages does not matter: of two at once, the second waits for the first at the unique key.
    """
    with transaction() as session:
        open_first_wallets(user_ids=user_ids)
        lock_wallets_of(user_ids)
        session.execute(update(Wallet).where(Wallet.user_id.in_(user_ids)).values(is_frozen=True))


def change_balances(changes: Sequence[tuple[WalletState, WalletState]]) -> None:
    """Write new balances, given as the state that was loaded and the one that follows. Raises `TransactionConflict`.

    Part of a movement of money: the ledger entries that explain the change are written in the same transaction.
    """
    change_rows(
        _CHANGE_BALANCES,
        {
            "ids": [after.id for _, after in changes],
            "loaded_balances": [before.balance_minor for before, _ in changes],
            "balances": [after.balance_minor for _, after in changes],
        },
        expected=len(changes),
    )
