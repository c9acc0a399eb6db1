"""Opening wallets: a user's first by itself, others when asked for or when money is sent there."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import Row, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from payment.database import repeated_on_conflict, transaction
from payment.ledger.models import AccountKind
from payment.ledger.services import Movement, Side, add_wallet_accounts, post
from payment.settings import get_settings
from payment.wallets.errors import WalletExists, WalletFrozen
from payment.wallets.models import Wallet
from payment.wallets.queries import users_without_wallet
from servicekit.ids import new_id

Owner = tuple[UUID, str]
"""User id and currency: there is one wallet for each."""


def open_first_wallets(*, user_ids: Collection[UUID]) -> None:
    """Make sure that each user has a wallet in the starting currency, opened with the starting balance.

    Mostly all have theirs, and are only looked up: a wallet never vanishes.
    """
    currency = get_settings().starting_currency
    with transaction():
        open_wallets({(user_id, currency) for user_id in users_without_wallet(user_ids, currency=currency)})


def open_wallets(owners: Collection[Owner]) -> set[Owner]:
    """Make sure that there are these wallets, and return the owners of those that are new.

    Whoever causes the wallet in the starting currency to be opened, it comes with the starting balance. Exactly once,
    however often and by however many at once this is called: the unique key decides who opens a wallet, and a second
    caller waits here until the first has committed.
    """
    if not owners:
        return set()
    rows = [
        {"id": new_id(), "user_id": user_id, "currency": currency, "balance_minor": _starting_balance_minor(currency)}
        for user_id, currency in sorted(owners)
    ]
    with transaction() as session:
        statement = insert(Wallet).on_conflict_do_nothing(index_elements=[Wallet.user_id, Wallet.currency])
        columns = (Wallet.id, Wallet.user_id, Wallet.currency, Wallet.balance_minor)
        opened = session.execute(statement.returning(*columns), rows).all()
        if opened:
            add_wallet_accounts({wallet.id: wallet.currency for wallet in opened})
            _grant_balances([wallet for wallet in opened if wallet.currency == get_settings().starting_currency])
            _freeze_where_the_owner_is_gone(session, opened)
    return {(wallet.user_id, wallet.currency) for wallet in opened}


@repeated_on_conflict
def open_wallet(*, user_id: UUID, currency: str, label: str | None) -> Wallet:
    """Open a wallet, or one again that was closed. Raises `WalletExists`, and `WalletFrozen` for a closed one."""
    with transaction() as session:
        is_new = bool(open_wallets({(user_id, currency)}))
        wallet = session.scalars(
            select(Wallet).where(Wallet.user_id == user_id, Wallet.currency == currency).with_for_update(key_share=True)
        ).one()
        if not is_new and wallet.closed_at is None:
            raise WalletExists
        if wallet.is_frozen:
            raise WalletFrozen
        wallet.closed_at, wallet.label = None, label
        session.flush()
        return wallet


def _freeze_where_the_owner_is_gone(session: Session, opened: Sequence[Row[UUID, UUID, str, int]]) -> None:
    """An account's deletion froze the wallets that there were. Of the two at once, one waits for the other here."""
    older = select(Wallet.user_id, Wallet.owner_deleted_at).where(
        Wallet.user_id.in_({wallet.user_id for wallet in opened}), Wallet.id.not_in([wallet.id for wallet in opened])
    )
    for user_id, deleted_at in session.execute(older.order_by(Wallet.id).with_for_update(read=True)).all():
        if deleted_at is not None:
            gone = update(Wallet).where(Wallet.user_id == user_id, Wallet.owner_deleted_at.is_(None))
            session.execute(gone.values(is_frozen=True, owner_deleted_at=deleted_at))


def _starting_balance_minor(currency: str) -> int:
    settings = get_settings()
    return settings.starting_balance_minor if currency == settings.starting_currency else 0


def _grant_balances(wallets: Sequence[Row[UUID, UUID, str, int]]) -> None:
    if not wallets:
        return
    post(
        [
            Movement(
                transaction_id=new_id(),
                reference=f"grant:{wallet.user_id}:{wallet.currency}",
                currency=wallet.currency,
                sides=(
                    Side(wallet.id, wallet.balance_minor, balance_after_minor=wallet.balance_minor),
                    Side(AccountKind.GRANTS, -wallet.balance_minor),
                ),
            )
            for wallet in wallets
        ]
    )
