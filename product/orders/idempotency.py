"""Doing a thing once, however often it is asked for: the answer is stored with the effect and given again."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from product.postgresql.prepared import Prepared
from product.transactions import retried_transaction, sharing_one_fate
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
    stored = _claim(request)
    if stored is not None:
        return stored
    with sharing_one_fate():
        answer = effect()
    _store(request, answer)
    return answer


# By hand, because every request with a key waits for them: the ORM takes longer over each than PostgreSQL does.
# Two statements in one message. The second sees what was committed before it began, with the lock in hand: a snapshot
# from before the lock could miss the row that its last holder wrote.
_CLAIM = Prepared(
    "claim_key",
    "SELECT set_config('product.has_key', pg_try_advisory_xact_lock(%s)::text, true)",
    """
    SELECT current_setting('product.has_key')::bool, fingerprint, status, body, location
    FROM (SELECT) AS always LEFT JOIN idempotency_keys ON user_id = %s AND route = %s AND key = %s
    """,
)
_INSERT = Prepared(
    "insert_key",
    """
    INSERT INTO idempotency_keys (user_id, route, key, fingerprint, status, body, location)
    VALUES (%s, %s, %s, %s, %s, %s, %s)
    """,
)


def _claim(request: KeyedRequest) -> Answer | None:
    """Be the only one that works on this key, until the transaction ends. Returns what was answered before.

    Raises `IdempotencyKeyInUse` and `IdempotencyKeyReused`.
    """
    name = (request.user_id, request.route, request.key)
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [lock_id(*name), *name])
        is_ours, fingerprint, status, body, location = cursor.fetchone()
    if not is_ours:
        raise IdempotencyKeyInUse
    if status is None:
        return None
    if bytes(fingerprint) != request.fingerprint:
        raise IdempotencyKeyReused
    return Answer(status, json.loads(body), location, is_replay=True)


def _store(request: KeyedRequest, answer: Answer) -> None:
    values: list[Any] = [request.user_id, request.route, request.key, request.fingerprint]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [*values, answer.status, json.dumps(answer.body), answer.location])
