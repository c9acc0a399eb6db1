"""Idempotency keys: how a client's key is read and its request recognised. Each service stores them in its own table,
in the transaction of the effect."""

import hashlib
import re

from servicekit.problems import Conflict, Malformed, Problem

HEADER = "Idempotency-Key"
REPLAYED_HEADER = "Idempotency-Replayed"
KEPT_DAYS = 30

_KEY = re.compile(r"[\x21-\x7e]{1,255}", re.ASCII)


class IdempotencyKeyReused(Problem):
    status = 422
    code = "idempotency_key_reused"
    title = "This Idempotency-Key was used for another request"


class IdempotencyKeyInUse(Conflict):
    code = "idempotency_key_in_use"
    title = "A request with this Idempotency-Key is still being processed"

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "1"})


def read_key(header: str | None) -> str | None:
    """The client's key, or None when it sent none. Raises `Malformed` when it is empty, too long or not plain ASCII."""
    if header is None:
        return None
    if not _KEY.fullmatch(header):
        raise Malformed(f"{HEADER} must be 1 to 255 printable ASCII characters without spaces")
    return header


def fingerprint(method: str, path: str, body: bytes) -> bytes:
    """What makes two requests the same: 32 bytes over method, path and the exact body."""
    digest = hashlib.sha256()
    for part in (method.encode(), path.encode(), body):
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.digest()


def lock_id(user_id: object, route: str, key: str) -> int:
    """A signed 64-bit number for `pg_try_advisory_xact_lock`: whoever holds it is processing this key."""
    digest = hashlib.sha256(f"{user_id}\n{route}\n{key}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
