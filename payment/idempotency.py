"""Doing a thing once, however often it is asked for: the answer is stored with the effect, and given again."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, request
from pydantic import BaseModel
from sqlalchemy import text

from payment.authentication import caller
from payment.database import current_session, repeated_on_conflict, transaction
from payment.idempotency_keys import IdempotencyKey
from servicekit.idempotency import (
    HEADER,
    REPLAYED_HEADER,
    IdempotencyKeyInUse,
    IdempotencyKeyReused,
    fingerprint,
    lock_id,
    read_key,
)
from servicekit.problems import Malformed, Problem

IDEMPOTENCY_PROBLEMS: tuple[type[Problem], ...] = (Malformed, IdempotencyKeyInUse, IdempotencyKeyReused)
"""What an endpoint that answers by `answer_once` may answer besides its own problems."""

TAKES_KEY = "x-takes-idempotency-key"
"""Marks such an endpoint: `doc(extensions={TAKES_KEY: True})`. `documentation.py` describes the header there."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an effect came to, for the wire. `location`: the URL path of what was made."""

    content: BaseModel
    status: int = 201
    location: str | None = None


def idempotency_key() -> str | None:
    """The key of the request at hand. Raises `Malformed`."""
    return read_key(request.headers.get(HEADER))


@repeated_on_conflict
def answer_once(effect: Callable[[], Answer]) -> Response:
    """The answer of `effect` to the request at hand, or the stored answer of its first run.

    Effect and answer are one transaction, which this function opens: `effect` calls use cases, and nothing that waits
    for the network. An effect that raises leaves nothing behind, and may be tried again with the same key. Without a
    key it simply runs. Raises `IdempotencyKeyInUse` while another request with the key runs, and
    `IdempotencyKeyReused` when the key belongs to a different request.
    """
    key = idempotency_key()
    with transaction():
        if key is None:
            return _response(_kept(effect(), key=""))
        _claim(key)
        # A statement of its own, after the lock: an earlier snapshot could miss the row that the last holder wrote.
        if replay := _replay(key):
            return replay
        fresh = _kept(effect(), key=key)
        current_session().add(fresh)
        return _response(fresh)


def earlier_answer() -> Response | None:
    """What was answered to the request at hand when it was sent before, for endpoints that ask elsewhere first.

    None says nothing for certain: `answer_once` decides. Raises `IdempotencyKeyReused`.
    """
    key = idempotency_key()
    if key is None:
        return None
    with transaction():
        return _replay(key)


def _claim(key: str) -> None:
    """Be the only one that works on this key, until the transaction ends. Raises `IdempotencyKeyInUse`."""
    number = lock_id(caller().user_id, _route(), key)
    if not current_session().scalar(text("SELECT pg_try_advisory_xact_lock(:number)"), {"number": number}):
        raise IdempotencyKeyInUse


def _replay(key: str) -> Response | None:
    stored = current_session().get(IdempotencyKey, (caller().user_id, _route(), key))
    if stored is None:
        return None
    if bytes(stored.fingerprint) != _fingerprint():
        raise IdempotencyKeyReused
    return _response(stored, is_replay=True)


def _kept(answer: Answer, *, key: str) -> IdempotencyKey:
    """The answer as it is stored. What is sent is made of it too, so that a replay equals the first, byte by byte."""
    return IdempotencyKey(
        user_id=caller().user_id,
        route=_route(),
        key=key,
        fingerprint=_fingerprint(),
        status=answer.status,
        body=json.dumps(answer.content.model_dump(mode="json")),
        location=answer.location,
    )


def _response(kept: IdempotencyKey, *, is_replay: bool = False) -> Response:
    headers = {"Location": kept.location} if kept.location else {}
    if is_replay:
        headers[REPLAYED_HEADER] = "true"
    return Response(kept.body, kept.status, headers, content_type="application/json")


def _route() -> str:
    return f"{request.method} {request.url_rule}"


def _fingerprint() -> bytes:
    return fingerprint(request.method, request.path, request.get_data())
