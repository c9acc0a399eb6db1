"""From a wallet to the event that tells of its change."""

from uuid import UUID

from payment.wallets.states import WalletState
from servicekit.contracts import CloudEvent, WalletToppedUp
from servicekit.money import format_amount


def wallet_topped_up(
    wallet: WalletState, *, amount_minor: int, ledger_transaction_id: UUID
) -> CloudEvent[WalletToppedUp]:
    data = WalletToppedUp(
        wallet_id=wallet.id,
        user_id=wallet.user_id,
        amount=format_amount(amount_minor, wallet.currency),
        currency=wallet.currency,
        ledger_transaction_id=ledger_transaction_id,
    )
    return CloudEvent[WalletToppedUp].of(data)
