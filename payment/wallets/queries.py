"""Reading wallets."""

from collections.abc import Collection
from dataclasses import fields
from uuid import UUID

from sqlalchemy import ARRAY, Select, Uuid, any_, bindparam, literal, select, text

from payment.database import current_session
from payment.wallets.errors import WalletNotFound
from payment.wallets.models import Wallet
from payment.wallets.schemas import WalletQuery
from payment.wallets.states import WalletState
from servicekit.principal import Principal

_STATE_COLUMNS = [getattr(Wallet, field.name) for field in fields(WalletState)]

# Written out: it is on the way of every transfer, and SQLAlchemy takes longer to build it than PostgreSQL to run it.
_LOCK_IF_ALL_EXIST = (
    text(
        """
        SELECT id, user_id, currency, balance_minor, is_frozen FROM wallets
        WHERE user_id = ANY(:user_ids) AND currency = :currency AND cardinality(:user_ids) = (
            SELECT count(*) FROM wallets WHERE user_id = ANY(:user_ids) AND currency = :currency
        ) ORDER BY id FOR NO KEY UPDATE
        """
    )
    .bindparams(bindparam("user_ids", type_=ARRAY(Uuid)))
    .columns(*_STATE_COLUMNS)
)


_WITHOUT_WALLET = text(
    """
    SELECT user_id FROM unnest(:user_ids) AS users (user_id)
    WHERE NOT EXISTS (SELECT FROM wallets WHERE wallets.user_id = users.user_id AND currency = :currency)
    """
).bindparams(bindparam("user_ids", type_=ARRAY(Uuid)))


def users_without_wallet(user_ids: Collection[UUID], *, currency: str) -> list[UUID]:
    """Those of the users who have none in this currency yet. Somebody may be opening one at this moment."""
    parameters = {"user_ids": list(user_ids), "currency": currency}
    return list(current_session().execute(_WITHOUT_WALLET, parameters).scalars())


def lock_wallets_of(user_ids: Collection[UUID], *, currency: str | None = None) -> list[WalletState]:
    """Load the wallets of these users, all or those in one currency, and keep others from changing them meanwhile.

    In the order of their ids, as everybody locks them, so that nobody waits in a circle.
    """
    is_theirs = Wallet.user_id == any_(literal(list(user_ids), ARRAY(Uuid)))
    statement = select(*_STATE_COLUMNS).where(is_theirs).order_by(Wallet.id)
    if currency is not None:
        statement = statement.where(Wallet.currency == currency)
    # FOR NO KEY UPDATE: payments refer to wallets, and a stronger lock would block their inserts.
    rows = current_session().execute(statement.with_for_update(key_share=True)).mappings()
    return [WalletState(**row) for row in rows]


def lock_wallets_if_all_exist(user_ids: Collection[UUID], *, currency: str) -> list[WalletState]:
    """As `lock_wallets_of`; where one of the wallets is absent, none is locked and returned."""
    parameters = {"user_ids": list(user_ids), "currency": currency}
    rows = current_session().execute(_LOCK_IF_ALL_EXIST, parameters).mappings()
    return [WalletState(**row) for row in rows]


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
