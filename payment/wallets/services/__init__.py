"""What can be done with wallets: one function, one transaction."""

from payment.wallets.services.balances import change_balances
from payment.wallets.services.care import change_wallet, close_wallet, freeze_wallets_for_ever
from payment.wallets.services.opening import open_first_wallets, open_wallet, open_wallets
from payment.wallets.services.top_up import top_up_wallet

__all__ = [
    "change_balances",
    "change_wallet",
    "close_wallet",
    "freeze_wallets_for_ever",
    "open_first_wallets",
    "open_wallet",
    "open_wallets",
    "top_up_wallet",
]
