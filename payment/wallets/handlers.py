"""Incoming events about users."""

from collections.abc import Sequence

from payment.wallets.services import open_first_wallets
from servicekit.contracts import UserRegistered
from servicekit.messaging import Incoming


def on_user_registered(messages: Sequence[Incoming[UserRegistered]]) -> None:
    open_first_wallets(user_ids=[message.data.user_id for message in messages])
