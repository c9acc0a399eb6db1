"""Access tokens: what a valid one is, and the keys that prove it. Verifying does not call auth; fetching keys does."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any, get_args
from uuid import UUID

import httpx2
import jwt
import structlog
from jwt import PyJWK, PyJWKSet

from servicekit.principal import Principal, Role

ALGORITHM = "ES256"
TOKEN_TYPE = "at+jwt"  # nosec B105  # noqa: S105  (RFC 9068)
LEEWAY = timedelta(seconds=30)
"""For how long after its expiry a token is still believed, because clocks differ."""

_TEXT_CLAIMS = ("iss", "aud", "sub", "sid", "role", "username", "jti")
_TIME_CLAIMS = ("iat", "exp")
_LONGEST_TOKEN = 4096
_MOST_PROVEN = 4096
"""Tokens of so many sessions are remembered: some megabytes."""
_FETCH_TIMEOUT = httpx2.Timeout(5.0, connect=2.0)
_REFRESH_SECONDS = 300
_MIN_SECONDS_BETWEEN_FETCHES = 10

_log = structlog.get_logger(__name__)


class InvalidToken(Exception):
    """The token proves nothing. The reason is for the log only; clients get one answer for all."""


class KeysUnavailable(Exception):
    """No signing key was ever fetched, and auth does not answer."""


FindKey = Callable[[str], PyJWK | None]
"""From a `kid` to its key, exactly; None when there is no such key."""
IsRevoked = Callable[[UUID], bool]
"""Whether the session with this id was ended before its tokens expire."""


@dataclass(frozen=True, slots=True)
class _Proof:
    """What follows from a token once and for all: from its signature under this key, and from its claims."""

    key_id: str
    key: PyJWK
    principal: Principal
    expires_at: int


class TokenVerifier:
    """Checks signature and every claim against one allowed algorithm, whatever the token's header asks for.

    With `is_revoked`, also whether the session was ended meanwhile. Auth goes without: it asks its own database.

    A token comes with many requests, and is proven with the first of them. What time can change is asked each time:
    whether it has expired, whether its key is still one of auth's, and whether its session was ended.
    """

    def __init__(self, find_key: FindKey, *, issuer: str, audience: str, is_revoked: IsRevoked | None = None) -> None:
        self._find_key = find_key
        self._issuer = issuer
        self._audience = audience
        self._is_revoked = is_revoked
        self._proven = lru_cache(maxsize=_MOST_PROVEN)(self._prove)

    def verify(self, token: str) -> Principal:
        """Return the caller. Raises `InvalidToken`, and `KeysUnavailable` when there is nothing to check against."""
        proof = self._proven(token)
        if self._find_key(proof.key_id) is not proof.key:
            self._proven.cache_clear()
            proof = self._proven(token)
        if time.time() >= proof.expires_at + LEEWAY.total_seconds():
            raise InvalidToken("expired")
        if self._is_revoked is not None and self._is_revoked(proof.principal.session_id):
            raise InvalidToken("session revoked")
        return proof.principal

    def _prove(self, token: str) -> _Proof:
        if len(token) > _LONGEST_TOKEN:
            raise InvalidToken("too long")
        try:
            header = jwt.get_unverified_header(token)
            if header.get("typ") != TOKEN_TYPE or not isinstance(header.get("kid"), str):
                raise InvalidToken("wrong type, or no key id")
            key = self._find_key(header["kid"])
            if key is None:
                raise InvalidToken("unknown key")
            claims = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                issuer=self._issuer,
                audience=self._audience,
                leeway=LEEWAY,
                options={"require": [*_TEXT_CLAIMS, *_TIME_CLAIMS], "strict_aud": True},
            )
            return _Proof(header["kid"], key, _principal(claims), claims["exp"])
        except (jwt.PyJWTError, ValueError, TypeError, KeyError, UnicodeError) as error:
            raise InvalidToken(type(error).__name__) from error


def _principal(claims: dict[str, Any]) -> Principal:
    """Takes nothing for something else: PyJWT reads a time from text, too."""
    if not all(isinstance(claims[name], str) for name in _TEXT_CLAIMS) or claims["role"] not in get_args(Role):
        raise InvalidToken("claims of the wrong kind")
    if not all(type(claims[name]) is int for name in _TIME_CLAIMS):
        raise InvalidToken("times of the wrong kind")
    return Principal(
        user_id=_id(claims["sub"]),
        username=claims["username"],
        role=claims["role"],
        session_id=_id(claims["sid"]),
        token_id=str(claims["jti"]),
        email_verified=claims.get("email_verified") is True,
    )


def _id(text: str) -> UUID:
    """Raises ValueError for any other way to write one: Python takes digits of all scripts, braces and prefixes."""
    value = UUID(text)
    if str(value) != text:
        raise ValueError("not an id as auth writes it")
    return value


class JwksCache:
    """Auth's public keys, fetched when first needed, refreshed every five minutes, kept for ever when auth is away.

    A token with an unknown `kid` asks for a fetch too, but at most every ten seconds: forged ids must not turn into
    requests. One thread fetches at a time, and only those without any key wait for it.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._keys: dict[str, PyJWK] = {}
        self._fetched_at = self._tried_at = float("-inf")
        self._lock = threading.Lock()

    def find(self, key_id: str) -> PyJWK | None:
        """Return the key with this id, or None. Raises `KeysUnavailable` when no key is known at all."""
        stale = time.monotonic() - self._fetched_at > _REFRESH_SECONDS
        if stale or key_id not in self._keys:
            self._refresh()
        if not self._keys:
            raise KeysUnavailable
        return self._keys.get(key_id)

    def _refresh(self) -> None:
        if not self._lock.acquire(blocking=not self._keys):
            return
        try:
            if time.monotonic() - self._tried_at < self._seconds_between_fetches():
                return
            self._tried_at = time.monotonic()
            response = httpx2.get(self._url, timeout=_FETCH_TIMEOUT)
            response.raise_for_status()
            keys = PyJWKSet.from_dict(response.json()).keys
            self._keys = {key.key_id: key for key in keys if key.key_id and key.algorithm_name == ALGORITHM}
            self._fetched_at = self._tried_at
        except (httpx2.HTTPError, jwt.PyJWTError, ValueError) as error:
            _log.warning("jwks.fetch_failed", error=type(error).__name__, keys_held=len(self._keys))
        finally:
            self._lock.release()

    def _seconds_between_fetches(self) -> float:
        return _MIN_SECONDS_BETWEEN_FETCHES if self._keys else 0.5
