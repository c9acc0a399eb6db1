"""What the pages of operations have to show: planted behind the shop's back."""

import hashlib
import json
from uuid import UUID

from servicekit.contracts import CloudEvent, UserRegistered
from servicekit.ids import new_id
from tests.running_shop import RunningShop

_PARK = """
    INSERT INTO parked_messages (id, consumer, type, reason, detail, body, body_hash, headers)
    VALUES (%s, %s, %s, %s, %s, %s, %s, '{}')
"""


def park_registration(shop: RunningShop, user_id: UUID) -> UUID:
    """As if payment had failed on the news of this user, by a defect that is mended by now. The message's id here."""
    event = CloudEvent.of(UserRegistered(user_id=user_id, username="ada", email="ada@example.com"))
    return _park(shop, "payment.users", ("processing_failed", "KeyError"), event.type, event.to_json())


def park_poison(shop: RunningShop) -> UUID:
    """What payment can never process."""
    body = json.dumps({"type": "order.teleported", "id": str(new_id()), "data": {"order_id": str(new_id())}})
    return _park(
        shop, "payment.orders", ("unknown_type", "the contract has no such event type"), "order.teleported", body
    )


def _park(shop: RunningShop, queue: str, reason: tuple[str, str], event_type: str | None, body: str) -> UUID:
    parked_id, digest = new_id(), hashlib.sha256(body.encode()).digest()
    shop.rows("payment", _PARK, str(parked_id), queue, event_type, *reason, body.encode(), digest)
    return parked_id
