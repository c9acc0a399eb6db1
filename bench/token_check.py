"""What it costs product and payment to check an access token: signature, claims, and whether its session has ended.

Done as they do it, in this process: with keys fetched from a running auth, and as many ended sessions in the table as a
busy day leaves there.
"""

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
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
    """The median time of a check."""
    with private_shop() as shop:
        token = _sign_in(shop)
        verifier = _verifier(shop)
        verifier.verify(token)  # fetches the keys and reads the table
        milliseconds = [_milliseconds(verifier, token) for _ in range(10 * scale.turns)]
    value = statistics.median(milliseconds)
    yield Figure("ended sessions remembered", ENDED_SESSIONS, "")
    yield Figure.at_most(MOST_MILLISECONDS, name="checking a token", value=value, unit="ms")


def _milliseconds(verifier: TokenVerifier, token: str) -> float:
    started = time.perf_counter()
    for _ in range(_CHECKS):
        verifier.verify(token)
    return (time.perf_counter() - started) * 1000 / _CHECKS


def _verifier(shop: Shop) -> TokenVerifier:
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
    return TokenVerifier(keys.find, issuer="storefront-auth", audience="storefront", is_revoked=ended.is_revoked)


def _sign_in(shop: Shop) -> str:
    form = {"grant_type": "password", **shop.endpoints["accounts"]["customer"]}
    answer = httpx2.post(f"{shop.endpoints['auth']}/token", data=form, trust_env=False)
    token: str = answer.raise_for_status().json()["access_token"]
    return token
