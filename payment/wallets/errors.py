"""Failures of asking about wallets, and of using them."""

from servicekit.problems import Conflict, NotFound


class WalletNotFound(NotFound):
    code = "wallet_not_found"
    title = "There is no such wallet"


class WalletExists(Conflict):
    code = "wallet_exists"
    title = "There is a wallet in this currency already"


class WalletFrozen(Conflict):
    code = "wallet_frozen"
    title = "The wallet is frozen"


class WalletOwnerDeleted(Conflict):
    code = "wallet_owner_deleted"
    title = "The wallet's owner is gone, and it stays frozen"


class WalletClosed(Conflict):
    code = "wallet_closed"
    title = "The wallet is closed"


class WalletNotEmpty(Conflict):
    code = "wallet_not_empty"
    title = "Only an empty wallet can be closed"


class InsufficientFunds(Conflict):
    code = "insufficient_funds"
    title = "There is not enough money in the wallet"


class BalanceLimitExceeded(Conflict):
    """A balance stays within the range of amounts, whatever comes in: far from where the database's integers end."""

    code = "balance_limit_exceeded"
    title = "A wallet cannot hold that much"
