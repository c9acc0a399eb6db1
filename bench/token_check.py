"""What it costs product and payment to check an access token: signature, claims, and whether its session has ended.

Done as they do it, in this process: with keys fetched from a running auth, and as many ended sessions in the table as a
busy day leaves there.
"""

import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import repeat
from typing import Any

import httpx2
import psycopg2

from bench.private_shop import private_shop
from bench.report import Figure
from bench.scale import Scale
from servicekit.ids import new_id
from servicekit.revocations import LIST_PATH, RevokedSessions, record_revocations
from servicekit.tokens import JwksCache, TokenVerifier
from stack.shop import Shop

MOST_MILLISECONDS = 0.2
ENDED_SESSIONS = 50_000

_CHECKS = 500
"""At a time: short enough to lie between two busy moments of the machine."""


def measure(scale: Scale) -> Iterator[Figure]:
    """The median time of a check, at a token's first request and at those that follow."""
    with private_shop() as shop:
        token = _sign_in(shop)
        new_verifier = _verifiers(shop)
        new_verifier().verify(token)  # fetches the keys and reads the table
        known = new_verifier()
        first, again = list[float](), list[float]()
        for _ in range(10 * scale.turns):
            first.append(_milliseconds(token, (new_verifier() for _ in range(_CHECKS))))
            again.append(_milliseconds(token, repeat(known, _CHECKS)))
    yield Figure("ended sessions remembered", ENDED_SESSIONS, "")
    for name, milliseconds in (("checking a new token", first), ("checking it again", again)):
        yield Figure.at_most(MOST_MILLISECONDS, name=name, value=statistics.median(milliseconds), unit="ms")


def _milliseconds(token: str, verifiers: Iterable[TokenVerifier]) -> float:
    started = time.perf_counter()
    for verifier in verifiers:
        verifier.verify(token)
    return (time.perf_counter() - started) * 1000 / _CHECKS


def _verifiers(shop: Shop) -> Callable[[], TokenVerifier]:
    """Makes verifiers that share keys and ended sessions, and have seen no token."""
    auth, database_url = shop.endpoints["auth"], shop.postgres.urls("payment").app

    @contextmanager
    def cursor() -> Iterator[Any]:
        connection = psycopg2.connect(database_url)
        with connection, connection.cursor() as cursor:
            yield cursor
        connection.close()

    with cursor() as filling:
        until = datetime.now(UTC) + timedelta(minutes=15)
        record_revocations(filling, {new_id(): until for _ in range(ENDED_SESSIONS)})
    ended = RevokedSessions(
        cursor, record=lambda _: None, outages=(psycopg2.OperationalError,), list_url=f"{auth}{LIST_PATH}"
    )
    keys = JwksCache(f"{auth}/.well-known/jwks.json")
    return lambda: TokenVerifier(
        keys.find, issuer="storefront-auth", audience="storefront", is_revoked=ended.is_revoked
    )


def _sign_in(shop: Shop) -> str:
    form = {"grant_type": "password", **shop.endpoints["accounts"]["customer"]}
    answer = httpx2.post(f"{shop.endpoints['auth']}/token", data=form, trust_env=False)
    token: str = answer.raise_for_status().json()["access_token"]
    return token
