"""Incoming events about users who are gone."""

from collections.abc import Sequence

from payment.erasure.services import forget_users
from servicekit.contracts import UserDeleted
from servicekit.messaging import Incoming


def on_user_deleted(messages: Sequence[Incoming[UserDeleted]]) -> None:
    forget_users(user_ids={message.data.user_id for message in messages})
