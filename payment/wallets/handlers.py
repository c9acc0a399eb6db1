"""Incoming events about users."""

from collections.abc import Sequence

from payment.wallets.services import freeze_wallets_of, open_first_wallets
from servicekit.contracts import UserDeleted, UserRegistered
from servicekit.messaging import Incoming


def on_user_registered(messages: Sequence[Incoming[UserRegistered]]) -> None:
    open_first_wallets(user_ids=[message.data.user_id for message in messages])


def on_user_deleted(messages: Sequence[Incoming[UserDeleted]]) -> None:
    freeze_wallets_of(user_ids={message.data.user_id for message in messages})
