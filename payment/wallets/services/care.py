"""What is done with a wallet besides moving money: naming, freezing, closing."""

from collections.abc import Collection
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import func, update

from payment.database import repeated_on_conflict, transaction
from payment.wallets.errors import WalletFrozen, WalletNotEmpty, WalletOwnerDeleted
from payment.wallets.models import Wallet
from payment.wallets.queries import get_wallet, lock_wallets_of
from payment.wallets.schemas import WalletChange
from payment.wallets.services.opening import open_first_wallets
from servicekit.principal import Principal
from servicekit.problems import Forbidden


@repeated_on_conflict
def change_wallet(*, wallet_id: UUID, principal: Principal, change: WalletChange) -> Wallet:
    """Name it, which is its owner's affair, or freeze it, which is staff's.

    Raises `WalletNotFound`, `Forbidden`, and `WalletOwnerDeleted` when the wallet of a deleted user is to be let go.
    """
    with transaction() as session:
        wallet = get_wallet(wallet_id, viewer=principal, for_update=True)
        if "label" in change.model_fields_set:
            if wallet.user_id != principal.user_id:
                raise Forbidden
            wallet.label = change.label
        if change.is_frozen is not None:
            if not principal.is_staff:
                raise Forbidden
            if wallet.owner_deleted_at is not None and not change.is_frozen:
                raise WalletOwnerDeleted
            wallet.is_frozen = change.is_frozen
        session.flush()
        return wallet


@repeated_on_conflict
def close_wallet(*, wallet_id: UUID, principal: Principal) -> None:
    """Close an empty wallet. Its history stays. Raises `WalletNotFound`, `WalletFrozen`, `WalletNotEmpty`."""
    with transaction() as session:
        wallet = get_wallet(wallet_id, viewer=principal, for_update=True)
        if wallet.is_frozen:
            raise WalletFrozen
        if wallet.balance_minor:
            raise WalletNotEmpty
        wallet.closed_at = wallet.closed_at or datetime.now(UTC)
        session.flush()


def freeze_wallets_for_ever(*, deleted_user_ids: Collection[UUID]) -> None:
    """Freeze all that these users have; they pay nothing any more, and refunds still arrive. Labels are forgotten.

    The first wallet is opened where there is none. It is what a registration finds that comes late, so that the order
    of the two messages does not matter: of two at once, the second waits for the first at the unique key.
    """
    with transaction() as session:
        open_first_wallets(user_ids=deleted_user_ids)
        lock_wallets_of(deleted_user_ids)
        session.execute(
            update(Wallet)
            .where(Wallet.user_id.in_(deleted_user_ids))
            .values(is_frozen=True, label=None, owner_deleted_at=func.coalesce(Wallet.owner_deleted_at, func.now()))
        )
