"""Doing a thing once, however often it is asked for: the answer is stored with the effect and given again."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from product.orders.models import IdempotencyKey
from product.transactions import retried_transaction
from servicekit.idempotency import IdempotencyKeyInUse, IdempotencyKeyReused, lock_id


@dataclass(frozen=True, slots=True)
class KeyedRequest:
    """A request that its client may repeat. `fingerprint` tells it from another one under the same key."""

    user_id: UUID
    route: str
    key: str
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: dict[str, Any]
    location: str = ""
    is_replay: bool = False


def answer_once(request: KeyedRequest | None, effect: Callable[[], Answer]) -> Answer:
    """The answer of `effect`, or the stored answer of its first run. Without a key it simply runs.

    Effect and answer are one transaction. An effect that raises leaves nothing behind, and may be tried again with the
    same key. Raises `IdempotencyKeyInUse` while another request with the key runs, `IdempotencyKeyReused` when the key
    belongs to a different request.
    """
    return effect() if request is None else _answer_keyed(request, effect)


@retried_transaction
def _answer_keyed(request: KeyedRequest, effect: Callable[[], Answer]) -> Answer:
    _claim(request)
    # A statement of its own, after the lock: an earlier snapshot could miss the row that the last holder wrote.
    stored = IdempotencyKey.objects.filter(user_id=request.user_id, route=request.route, key=request.key).first()
    if stored is not None:
        if bytes(stored.fingerprint) != request.fingerprint:
            raise IdempotencyKeyReused
        return Answer(stored.status, json.loads(stored.body), stored.location, is_replay=True)
    answer = effect()
    IdempotencyKey.objects.create(
        user_id=request.user_id,
        route=request.route,
        key=request.key,
        fingerprint=request.fingerprint,
        status=answer.status,
        body=json.dumps(answer.body),
        location=answer.location,
    )
    return answer


def _claim(request: KeyedRequest) -> None:
    """Be the only one that works on this key, until the transaction ends. Raises `IdempotencyKeyInUse`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [lock_id(request.user_id, request.route, request.key)])
        (is_ours,) = cursor.fetchone()
    if not is_ours:
        raise IdempotencyKeyInUse
