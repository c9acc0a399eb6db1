"""What tests of payment need to begin with: messages as product and auth send them, users and their tokens. Defaults
that work, overrides for the rest."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from jwt import PyJWK
from jwt.algorithms import ECAlgorithm
from sqlalchemy import update

from payment.clock import carry_out
from payment.database import transaction
from payment.messaging.inbox import process
from payment.payments.services import claim_calls
from payment.wallets.models import Wallet
from servicekit.contracts import (
    CloudEvent,
    EventData,
    OrderCancelled,
    OrderPaymentRequested,
    OrderPlaced,
    SessionRevoked,
    UserDeleted,
    UserRegistered,
)
from servicekit.ids import new_id
from servicekit.messaging import Delivery
from servicekit.tokens import ALGORITHM, TOKEN_TYPE, TokenVerifier

ISSUER, AUDIENCE, KEY_ID = "storefront-auth", "storefront", "test-key"
_PRIVATE_KEY = ec.generate_private_key(ec.SECP256R1())
_PUBLIC_KEY = PyJWK(ECAlgorithm.to_jwk(_PRIVATE_KEY.public_key(), as_dict=True) | {"kid": KEY_ID, "alg": ALGORITHM})

find_key = {KEY_ID: _PUBLIC_KEY}.get
verifier = TokenVerifier(find_key, issuer=ISSUER, audience=AUDIENCE)


def bearer(user_id: UUID | None = None, *, role: str = "customer", **claims: Any) -> dict[str, str]:
    """The headers of a request by this user."""
    now = int(time.time())
    payload = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(user_id or new_id()),
        "sid": str(new_id()),
        "role": role,
        "username": "ada",
        "iat": now,
        "exp": now + 900,
        "jti": str(new_id()),
    }
    token = jwt.encode(payload | claims, _PRIVATE_KEY, ALGORITHM, {"kid": KEY_ID, "typ": TOKEN_TYPE})
    return {"Authorization": f"Bearer {token}"}


def delivery_of(data: EventData, **attributes: Any) -> Delivery:
    """The event as a message off the queue that it belongs on. `attributes` override those of the envelope."""
    event = CloudEvent[type(data)].of(data).model_copy(update=attributes)  # type: ignore[misc]
    queue = "payment.users" if data.producer == "auth" else "payment.orders"
    return Delivery(queue, event.to_json().encode(), message_id=str(event.id), type=event.type)


def order_placed(**overrides: Any) -> Delivery:
    fields = {
        "order_id": new_id(),
        "number": "2026-000001",
        "user_id": new_id(),
        "currency": "EUR",
        "total": "19.99",
        "lines": [{"product_id": new_id(), "sku": "MUG-1", "name": "Mug", "quantity": 1, "unit_price": "19.99"}],
    }
    return delivery_of(OrderPlaced.model_validate(fields | overrides))


def payment_requested(**overrides: Any) -> Delivery:
    fields = {"order_id": new_id(), "user_id": new_id(), "currency": "EUR", "total": "19.99", "attempt": 2}
    return delivery_of(OrderPaymentRequested.model_validate(fields | overrides))


def order_cancelled(order_id: UUID) -> Delivery:
    return delivery_of(OrderCancelled(order_id=order_id, reason="customer"))


def user_registered(user_id: UUID) -> Delivery:
    return delivery_of(UserRegistered(user_id=user_id, username="ada", email="ada@example.com"))


def user_deleted(user_id: UUID) -> Delivery:
    return delivery_of(UserDeleted(user_id=user_id))


def session_revoked(session_id: UUID) -> Delivery:
    until = datetime.now(UTC) + timedelta(minutes=15)
    return delivery_of(SessionRevoked(user_id=new_id(), session_id=session_id, until=until))


def deliver(*deliveries: Delivery) -> None:
    """Process the messages as one batch."""
    process(deliveries)


def ask_providers() -> int:
    """Be the clock for one round: make the calls that are due. Returns how many."""
    calls = claim_calls(limit=100)
    for call in calls:
        carry_out(call)
    return len(calls)


def freeze_wallets() -> None:
    """All of them."""
    with transaction() as session:
        session.execute(update(Wallet).values(is_frozen=True))
