"""Reading wallets."""

from collections.abc import Collection
from dataclasses import fields
from uuid import UUID

from sqlalchemy import select

from payment.database import current_session
from payment.wallets.models import Wallet
from payment.wallets.states import WalletState

_STATE_COLUMNS = [getattr(Wallet, field.name) for field in fields(WalletState)]


def lock_wallets_of(user_ids: Collection[UUID]) -> list[WalletState]:
    """Load all wallets of these users, in the order of their ids, and keep others from changing them meanwhile."""
    statement = select(*_STATE_COLUMNS).where(Wallet.user_id.in_(user_ids)).order_by(Wallet.id)
    # FOR NO KEY UPDATE: payments refer to wallets, and a stronger lock would block their inserts.
    rows = current_session().execute(statement.with_for_update(key_share=True)).mappings()
    return [WalletState(**row) for row in rows]
