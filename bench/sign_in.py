"""How much of the bare password hash's speed signing in keeps, and how the service answers others meanwhile.

Both are measured on this machine, in this run, in turns, with the same number of threads: first the hash alone, then
sign-ins over HTTP by a web process with a PostgreSQL of its own.
"""

import asyncio
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import cast
from urllib.parse import urlsplit

import httpx2
import uvloop
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from bench.connection import Connection
from bench.private_shop import private_service
from bench.report import Figure
from bench.scale import Scale
from bench.statements import row

PASSWORD = "tangerine-8-boats"  # noqa: S105
USERS = 300
"""So many that none of them reaches the most sessions that an account may have: ending the oldest is other work."""
CLIENTS = 16
THREADS = 2
_SECONDS = 2.0
_TURNS_PER_SCALE = 5
"""Many short turns: the same hash takes a tenth more or less from one second to the next on a shared machine."""

_FORM = "application/x-www-form-urlencoded"
_REQUESTS = [
    f"POST /token HTTP/1.1\r\nHost: auth\r\nContent-Type: {_FORM}\r\nContent-Length: {len(form)}\r\n\r\n{form}".encode()
    for form in (f"grant_type=password&username=user{number}&password={PASSWORD}" for number in range(USERS))
]

LEAST_RATIO = 0.8
LONGEST_HEALTHCHECK_MILLISECONDS = 200


def measure(scale: Scale) -> Iterator[Figure]:
    """Sign-ins per second against bare argon2, and the slowest /healthcheck under the flood."""
    with private_service("auth", environment={"AUTH_PASSWORD_HASHING_THREADS": str(THREADS)}) as auth:
        asyncio.run(_register(auth.url))
        _wait_for_mail(auth.database.app)
        rounds = [
            (bare_hashes_per_second(_SECONDS), *uvloop.run(_flood(auth.url, _SECONDS)))
            for _ in range(_TURNS_PER_SCALE * scale.turns)
        ]
    ratios = [flooded / alone for alone, flooded, _ in rounds]
    slowest = statistics.median(slowest for _, _, slowest in rounds)
    yield Figure.median(ratios, name="sign-ins per bare hash", unit="", at_least=LEAST_RATIO)
    yield Figure.median([alone for alone, _, _ in rounds], name="bare argon2", unit=f"/s ({THREADS} threads)")
    yield Figure.median([flooded for _, flooded, _ in rounds], name="sign-ins", unit="/s")
    yield Figure.at_most(
        LONGEST_HEALTHCHECK_MILLISECONDS, name="slowest /healthcheck meanwhile", value=slowest * 1000, unit="ms"
    )


def bare_hashes_per_second(seconds: float) -> float:
    hashing = PasswordHash((Argon2Hasher(memory_cost=19_456, time_cost=2, parallelism=1),))
    stored = hashing.hash(PASSWORD)
    deadline = time.perf_counter() + seconds

    def hash_until_the_end(_thread: int) -> int:
        count = 0
        while time.perf_counter() < deadline:
            hashing.verify(PASSWORD, stored)
            count += 1
        return count

    with ThreadPoolExecutor(THREADS) as threads:
        return sum(threads.map(hash_until_the_end, range(THREADS))) / seconds


async def _flood(url: str, seconds: float) -> tuple[float, float]:
    """Sign-ins per second, and the slowest probe in seconds."""
    started, address, loop = time.perf_counter(), urlsplit(url), asyncio.get_running_loop()
    connected = [
        await loop.create_connection(partial(_SigningIn, number), address.hostname or "", address.port or 0)
        for number in range(CLIENTS)
    ]
    slowest = await _slowest_probe_until(url, started + seconds)
    rate = sum(client.count for _, client in connected) / (time.perf_counter() - started)
    for transport, client in connected:
        transport.close()
        await client.ended
    return rate, slowest


class _SigningIn(asyncio.Protocol):
    """One client: signs in, and again as soon as it is answered. Made of little, as it takes its share of the cores."""

    def __init__(self, number: int) -> None:
        self.count = 0
        self.ended = asyncio.get_running_loop().create_future()
        self._number = number
        self._answer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._ask()

    def data_received(self, data: bytes) -> None:
        self._answer += data
        head, _, body = self._answer.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200 "):
            self.ended.set_exception(AssertionError(self._answer))
        elif len(body) == int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0]):
            self.count += 1
            self._ask()

    def connection_lost(self, _error: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_result(None)

    def _ask(self) -> None:
        self._answer = b""
        self._transport.write(_REQUESTS[(self._number + self.count * CLIENTS) % USERS])


async def _slowest_probe_until(url: str, deadline: float) -> float:
    connection = await Connection.open(url)
    slowest = 0.0
    while time.perf_counter() < deadline:
        started = time.perf_counter()
        await connection.read("GET", "/healthcheck")
        slowest = max(slowest, time.perf_counter() - started)
        await asyncio.sleep(0.1)
    connection.close()
    return slowest


async def _register(url: str) -> None:
    async with httpx2.AsyncClient(base_url=url, timeout=15) as client:
        for number in range(USERS):
            body = {"username": f"user{number}", "email": f"user{number}@example.com", "password": PASSWORD}
            (await client.post("/register", json=body)).raise_for_status()


def _wait_for_mail(database_url: str) -> None:
    """Everybody who registers is sent an e-mail, by the process that is to be measured."""
    while row(database_url, "SELECT count(*) FROM mail_requests") != (0,):
        time.sleep(0.2)
