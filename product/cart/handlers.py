"""From other services' events to use cases. A batch holds events of one type."""

from collections.abc import Sequence

from product.cart import services
from servicekit.contracts import UserDeleted
from servicekit.messaging import Incoming


def on_user_deleted(messages: Sequence[Incoming[UserDeleted]]) -> None:
    services.throw_out_carts(user_ids=[message.data.user_id for message in messages])
