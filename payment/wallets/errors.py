"""Failures of asking about wallets."""

from servicekit.problems import NotFound


class WalletNotFound(NotFound):
    code = "wallet_not_found"
    title = "There is no such wallet"
