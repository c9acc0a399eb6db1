"""How long the token of an ended session is still believed by product and payment: with the broker, and without it.

Sessions are ended one after the other, at any moment of the services' rounds, in a shop of the measurement's own.
"""

import time
from collections.abc import Iterator

import httpx2

from bench.private_shop import private_shop
from bench.report import Figure
from bench.scale import Scale
from stack.shop import Shop

LONGEST_SECONDS = 60

_ACCOUNT = {"username": "ada", "email": "ada@example.org", "password": "tangerine-8-boats"}
_SIGN_IN = {"grant_type": "password", "username": _ACCOUNT["username"], "password": _ACCOUNT["password"]}
_PRIVATE = {"product": "/api/v1/orders", "payment": "/api/v1/wallets"}
_GIVEN_UP_SECONDS = 2 * LONGEST_SECONDS


def measure(scale: Scale) -> Iterator[Figure]:
    """The slowest of some ends of sessions, as long as the broker is up and after it was killed."""
    with private_shop() as shop, httpx2.Client(timeout=10, trust_env=False) as http:
        http.post(f"{shop.endpoints['auth']}/register", json=_ACCOUNT).raise_for_status()
        heard = [_seconds_believed(shop, http) for _ in range(2 if scale.is_quick else 10)]
        shop.rabbitmq.kill()
        fetched = [_seconds_believed(shop, http) for _ in range(1 if scale.is_quick else 5)]
    for name, seconds in (("broker up", heard), ("broker down", fetched)):
        yield Figure.at_most(LONGEST_SECONDS, name=f"slowest end of a session, {name}", value=max(seconds), unit="s")


def _seconds_believed(shop: Shop, http: httpx2.Client) -> float:
    auth = shop.endpoints["auth"]
    token = http.post(f"{auth}/token", data=_SIGN_IN).raise_for_status().json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    http.post(f"{auth}/logout", headers=headers).raise_for_status()
    ended_at = time.monotonic()
    believing = set(_PRIVATE)
    while believing and time.monotonic() - ended_at < _GIVEN_UP_SECONDS:
        time.sleep(0.05)
        believing = {
            service
            for service in believing
            if http.get(shop.endpoints[service] + _PRIVATE[service], headers=headers).status_code != 401
        }
    return time.monotonic() - ended_at
