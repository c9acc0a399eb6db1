"""Sending money, and forgetting who did."""

from collections.abc import Collection
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import update

from payment.clients.auth import KnownUser
from payment.database import transaction
from payment.ledger.services import Movement, Side, post
from payment.messaging.outbox import record
from payment.transfers.errors import ReceiverWalletFrozen
from payment.transfers.events import transfer_completed
from payment.transfers.models import DELETED, Transfer
from payment.wallets.errors import WalletFrozen
from payment.wallets.queries import lock_wallets_if_all_exist, lock_wallets_of
from payment.wallets.services import change_balances, open_wallets
from payment.wallets.states import WalletState
from servicekit.ids import new_id
from servicekit.principal import Principal


def transfer_money(*, sender: Principal, receiver: KnownUser, amount_minor: int, currency: str) -> Transfer:
    """Move money between the wallets of two users in one currency; a wallet that is absent is opened.

    Publishes `transfer.completed`. Raises `InsufficientFunds`, `WalletFrozen`, `ReceiverWalletFrozen`,
    `BalanceLimitExceeded`, `TransactionConflict`.
    """
    with transaction() as session:
        payer, payee = _lock_wallets(sender, receiver, currency)
        if payer.is_frozen:
            raise WalletFrozen
        if payee.is_frozen:
            raise ReceiverWalletFrozen
        poorer, richer = payer.pay(amount_minor), payee.receive(amount_minor)
        transfer = Transfer(
            id=new_id(),
            sender_user_id=sender.user_id,
            sender_username=sender.username,
            receiver_user_id=receiver.id,
            receiver_username=receiver.username,
            amount_minor=amount_minor,
            currency=currency,
            created_at=datetime.now(UTC),
        )
        change_balances([(payer, poorer), (payee, richer)])
        post([_movement(transfer, poorer, richer)])
        session.add(transfer)
        record([transfer_completed(transfer)])
        return transfer


def forget_usernames_of(*, user_ids: Collection[UUID]) -> None:
    """Call these users `DELETED` in all their transfers."""
    with transaction() as session:
        sent, received = Transfer.sender_user_id.in_(user_ids), Transfer.receiver_user_id.in_(user_ids)
        session.execute(update(Transfer).where(sent).values(sender_username=DELETED))
        session.execute(update(Transfer).where(received).values(receiver_username=DELETED))


def _lock_wallets(sender: Principal, receiver: KnownUser, currency: str) -> tuple[WalletState, WalletState]:
    """What is absent is opened before anything is locked: whoever opens may wait for others, and must hold nothing."""
    user_ids = (sender.user_id, receiver.id)
    wallets = lock_wallets_if_all_exist(user_ids, currency=currency)
    if not wallets:
        open_wallets({(user_id, currency) for user_id in user_ids})
        wallets = lock_wallets_of(user_ids, currency=currency)
    by_owner = {wallet.user_id: wallet for wallet in wallets}
    return by_owner[sender.user_id], by_owner[receiver.id]


def _movement(transfer: Transfer, payer: WalletState, payee: WalletState) -> Movement:
    return Movement(
        transaction_id=transfer.id,
        reference=f"transfer:{transfer.id}",
        currency=transfer.currency,
        sides=(
            Side(payer.id, -transfer.amount_minor, balance_after_minor=payer.balance_minor),
            Side(payee.id, transfer.amount_minor, balance_after_minor=payee.balance_minor),
        ),
    )
