"""How much of the bare password hash's speed signing in keeps, and how the service answers others meanwhile.

Both are measured on this machine, in this run, in turns, with the same number of threads: first the hash alone, then
sign-ins over HTTP by a web process with a PostgreSQL of its own.
"""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import click
import httpx2
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from stack.credentials import signing_keys_folder
from stack.ports import private_port
from stack.servers import Servers

PASSWORD = "tangerine-8-boats"  # noqa: S105
USERS = 50
CLIENTS = 16
THREADS = 2

LEAST_RATIO = 0.8
LONGEST_HEALTHCHECK_SECONDS = 0.2

_FORM = "application/x-www-form-urlencoded"
_ROOT = Path(__file__).parents[1]


@click.command("sign-in")
@click.option("--seconds", default=5.0, show_default=True, help="How long each of the turns takes.")
@click.option("--turns", default=3, show_default=True)
def sign_in(seconds: float, turns: int) -> None:
    """Sign-ins per second against bare argon2, and the slowest /healthcheck under the flood."""
    with _auth() as url:
        asyncio.run(_register(url))
        rounds = [(_bare_hashes_per_second(seconds), *asyncio.run(_flood(url, seconds))) for _ in range(turns)]
    bare, signed_in, slowest = (statistics.median(column) for column in zip(*rounds, strict=True))
    ratio = statistics.median(flooded / alone for alone, flooded, _ in rounds)
    print(f"bare argon2      {bare:7.1f} /s   ({THREADS} threads)")
    print(f"sign-ins         {signed_in:7.1f} /s   ({ratio:.2f} of it; at least {LEAST_RATIO})")
    print(
        f"/healthcheck     {slowest * 1000:7.1f} ms  at the slowest (at most {LONGEST_HEALTHCHECK_SECONDS * 1000:.0f})"
    )
    if ratio < LEAST_RATIO or slowest > LONGEST_HEALTHCHECK_SECONDS:
        sys.exit(1)


def _bare_hashes_per_second(seconds: float) -> float:
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
    deadline = time.perf_counter() + seconds
    async with httpx2.AsyncClient(base_url=url, timeout=15) as client:
        counts, slowest = await asyncio.gather(
            asyncio.gather(*(_sign_in_until(url, deadline, number) for number in range(CLIENTS))),
            _slowest_probe_until(client, deadline),
        )
    return sum(counts) / seconds, slowest


async def _sign_in_until(url: str, deadline: float, number: int) -> int:
    """Bytes on a socket: a comfortable client takes as long as a tenth of a hash, from the same two cores."""
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    count = 0
    while time.perf_counter() < deadline:
        form = f"grant_type=password&username=user{(number + count * CLIENTS) % USERS}&password={PASSWORD}"
        head = f"POST /token HTTP/1.1\r\nHost: auth\r\nContent-Type: {_FORM}\r\nContent-Length: {len(form)}\r\n\r\n"
        writer.write((head + form).encode())
        answer = await reader.readuntil(b"\r\n\r\n")
        if not answer.startswith(b"HTTP/1.1 200 "):
            raise click.ClickException(f"signing in failed: {answer[:40]!r}")
        await reader.readexactly(int(answer.lower().split(b"content-length:")[1].split(b"\r\n")[0]))
        count += time.perf_counter() < deadline
    writer.close()
    return count


async def _slowest_probe_until(client: httpx2.AsyncClient, deadline: float) -> float:
    slowest = 0.0
    while time.perf_counter() < deadline:
        started = time.perf_counter()
        (await client.get("/healthcheck")).raise_for_status()
        slowest = max(slowest, time.perf_counter() - started)
        await asyncio.sleep(0.1)
    return slowest


async def _register(url: str) -> None:
    async with httpx2.AsyncClient(base_url=url, timeout=15) as client:
        async with asyncio.timeout(60):
            while not await _is_up(client):  # noqa: ASYNC110  (another process's state)
                await asyncio.sleep(0.1)
        for number in range(USERS):
            body = {"username": f"user{number}", "email": f"user{number}@example.com", "password": PASSWORD}
            (await client.post("/register", json=body)).raise_for_status()


async def _is_up(client: httpx2.AsyncClient) -> bool:
    try:
        return (await client.get("/health")).is_success
    except httpx2.TransportError:
        return False


@contextmanager
def _auth() -> Iterator[str]:
    """A web process on a database of its own, both gone afterwards. Its URL."""
    with (
        tempfile.TemporaryDirectory(prefix="storefront-bench-") as name,
        Servers(folder := Path(name), rabbitmq=False) as servers,
    ):
        port = private_port()
        environment = {
            "PATH": os.environ["PATH"],
            "ENVIRONMENT": "test",
            "LOG_LEVEL": "WARNING",
            "AUTH_PORT": str(port),
            "AUTH_DATABASE_URL": servers.postgres.urls("auth").app,
            "AUTH_DATABASE_OWNER_URL": servers.postgres.urls("auth").owner,
            "AUTH_SIGNING_KEYS_DIR": str(signing_keys_folder(folder)),
            "AUTH_PASSWORD_HASHING_THREADS": str(THREADS),
        }
        subprocess.run([sys.executable, "-m", "auth", "migrate"], cwd=_ROOT, env=environment, check=True)
        web = subprocess.Popen([sys.executable, "-m", "auth", "web"], cwd=_ROOT, env=environment)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            web.terminate()
            web.wait(15)
