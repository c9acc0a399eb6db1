"""Reading wallets."""

from collections.abc import Collection
from dataclasses import fields
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select

from payment.database import current_session
from payment.wallets.errors import WalletNotFound
from payment.wallets.models import Wallet
from payment.wallets.schemas import WalletQuery
from payment.wallets.states import WalletState
from servicekit.tokens import Principal

_STATE_COLUMNS = [getattr(Wallet, field.name) for field in fields(WalletState)]


def lock_wallets_of(user_ids: Collection[UUID], *, currency: str | None = None) -> list[WalletState]:
    """Load the wallets of these users, all or those in one currency, and keep others from changing them meanwhile."""
    return _locked(_owned_by(user_ids, currency))


def lock_wallets_if_all_exist(user_ids: Collection[UUID], *, currency: str) -> list[WalletState]:
    """As `lock_wallets_of`; where one of the wallets is absent, none is locked and returned."""
    owned = _owned_by(user_ids, currency)
    number = select(func.count()).select_from(Wallet).where(owned).scalar_subquery()
    return _locked(and_(owned, number == len(user_ids)))


def list_wallets(query: WalletQuery, *, viewer: Principal) -> Select[Wallet]:
    """A user's own, everybody's for staff."""
    statement = _visible_to(viewer).where(
        Wallet.closed_at.is_not(None) if query.is_closed else Wallet.closed_at.is_(None)
    )
    if query.user_id is not None:
        statement = statement.where(Wallet.user_id == query.user_id)
    return statement if query.currency is None else statement.where(Wallet.currency == query.currency)


def get_wallet(wallet_id: UUID, *, viewer: Principal, for_update: bool = False) -> Wallet:
    """Closed ones too. `for_update` keeps others from changing it. Raises `WalletNotFound`, also for another user's."""
    statement = _visible_to(viewer).where(Wallet.id == wallet_id)
    wallet = current_session().scalar(statement.with_for_update(key_share=True) if for_update else statement)
    if wallet is None:
        raise WalletNotFound
    return wallet


def state_of(wallet: Wallet) -> WalletState:
    return WalletState(**{field.name: getattr(wallet, field.name) for field in fields(WalletState)})


def _visible_to(viewer: Principal) -> Select[Wallet]:
    statement = select(Wallet)
    return statement if viewer.is_staff else statement.where(Wallet.user_id == viewer.user_id)


def _owned_by(user_ids: Collection[UUID], currency: str | None) -> ColumnElement[bool]:
    owned = Wallet.user_id.in_(user_ids)
    return owned if currency is None else and_(owned, Wallet.currency == currency)


def _locked(condition: ColumnElement[bool]) -> list[WalletState]:
    """In the order of their ids, as everybody locks them, so that nobody waits in a circle."""
    statement = select(*_STATE_COLUMNS).where(condition).order_by(Wallet.id)
    # FOR NO KEY UPDATE: payments refer to wallets, and a stronger lock would block their inserts.
    rows = current_session().execute(statement.with_for_update(key_share=True)).mappings()
    return [WalletState(**row) for row in rows]
