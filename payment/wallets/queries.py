"""Reading wallets."""

from collections.abc import Collection
from dataclasses import fields
from uuid import UUID

from sqlalchemy import Select, select

from payment.database import current_session
from payment.wallets.errors import WalletNotFound
from payment.wallets.models import Wallet
from payment.wallets.states import WalletState
from servicekit.tokens import Principal

_STATE_COLUMNS = [getattr(Wallet, field.name) for field in fields(WalletState)]


def lock_wallets_of(user_ids: Collection[UUID]) -> list[WalletState]:
    """Load all wallets of these users, in the order of their ids, and keep others from changing them meanwhile."""
    statement = select(*_STATE_COLUMNS).where(Wallet.user_id.in_(user_ids)).order_by(Wallet.id)
    # FOR NO KEY UPDATE: payments refer to wallets, and a stronger lock would block their inserts.
    rows = current_session().execute(statement.with_for_update(key_share=True)).mappings()
    return [WalletState(**row) for row in rows]


def wallets_visible_to(viewer: Principal) -> Select[Wallet]:
    """A user's own, everybody's for staff."""
    statement = select(Wallet)
    return statement if viewer.is_staff else statement.where(Wallet.user_id == viewer.user_id)


def get_wallet(wallet_id: UUID, *, viewer: Principal) -> Wallet:
    """Raises `WalletNotFound`, also for another user's."""
    wallet = current_session().scalar(wallets_visible_to(viewer).where(Wallet.id == wallet_id))
    if wallet is None:
        raise WalletNotFound
    return wallet
