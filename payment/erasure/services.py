"""Forgetting users."""

from collections.abc import Collection
from uuid import UUID

from payment.database import transaction
from payment.idempotency_keys import forget_keys_of
from payment.transfers.services import forget_usernames_of
from payment.wallets.services import freeze_wallets_for_ever


def forget_users(*, user_ids: Collection[UUID]) -> None:
    """Freeze their wallets for good, and erase what tells who they were. Ledger, payments and ids stay."""
    with transaction():
        # First: a transfer that is under way holds the wallets, and its row is there when they are free.
        freeze_wallets_for_ever(deleted_user_ids=user_ids)
        forget_usernames_of(user_ids=user_ids)
        forget_keys_of(user_ids=user_ids)
