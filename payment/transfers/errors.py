"""Failures of sending money."""

from servicekit.problems import Conflict, NotFound


class ReceiverNotFound(NotFound):
    code = "receiver_not_found"
    title = "There is no user of this name"


class ReceiverWalletFrozen(Conflict):
    code = "receiver_wallet_frozen"
    title = "The receiver's wallet takes no money at the moment"
