"""The web process for real: losing PostgreSQL, getting it back, and leaving on SIGTERM."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from stack.provisioning import DatabaseUrls
from tests.auth.database_proxy import DatabaseProxy, database_proxy
from tests.auth.factories import PASSWORD, registration

_START_SECONDS = 30
_ROOT = Path(__file__).parents[2]
_IMPATIENT = "import servicekit.http as http; http._READING_SECONDS = 1; from auth.cli import main; main()"
"""The program, with a second for what may take ten."""


@pytest.fixture(scope="module")
async def proxy(database_urls: DatabaseUrls) -> AsyncIterator[DatabaseProxy]:
    async with database_proxy(database_urls.app) as proxy:
        yield proxy


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def start_web(port: int, *program: str, **environment: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, *(program or ("-m", "auth")), "web"],
        cwd=_ROOT,
        env={"PATH": os.environ["PATH"], "ENVIRONMENT": "test", "AUTH_PORT": str(port), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


async def until_healthy(client: httpx2.AsyncClient) -> None:
    async with asyncio.timeout(_START_SECONDS):
        while True:
            try:
                if (await client.get("/health")).status_code == 200:
                    return
            except httpx2.TransportError:
                pass
            await asyncio.sleep(0.1)


@pytest.fixture(scope="module")
async def process(proxy: DatabaseProxy, keys_dir: Path) -> AsyncIterator[tuple[subprocess.Popen[bytes], str]]:
    port = free_port()
    process = start_web(port, AUTH_DATABASE_URL=proxy.url, AUTH_SIGNING_KEYS_DIR=str(keys_dir))
    yield process, f"http://127.0.0.1:{port}"
    process.kill()
    process.communicate()


@pytest.fixture
async def web(process: tuple[subprocess.Popen[bytes], str], proxy: DatabaseProxy) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=process[1], timeout=15) as client:
        await until_healthy(client)
        yield client
        await proxy.recover()
        await until_healthy(client)


async def test_answers_503_at_once_when_the_database_is_stopped_and_recovers_by_itself(
    web: httpx2.AsyncClient, proxy: DatabaseProxy
) -> None:
    await proxy.refuse()
    away = await web.post("/register", json=registration())
    health = await web.get("/health")
    alive = await web.get("/healthcheck")
    await proxy.recover()
    back = await web.post("/register", json=registration())

    assert (away.status_code, away.json()["code"]) == (503, "database_unavailable")
    assert int(away.headers["Retry-After"]) > 0
    assert away.elapsed.total_seconds() < 2
    assert (health.status_code, health.json()["dependencies"]) == (503, {"database": "unavailable"})
    assert alive.status_code == 200
    assert back.status_code == 201


async def test_answers_within_five_seconds_when_the_database_is_frozen(
    web: httpx2.AsyncClient, proxy: DatabaseProxy
) -> None:
    await asyncio.gather(*(web.get("/health") for _ in range(5)))  # so that live connections freeze too
    await proxy.freeze()
    started = time.monotonic()
    answers = await asyncio.gather(*(web.post("/register", json=registration()) for _ in range(15)))
    seconds = time.monotonic() - started
    await proxy.recover()
    back = await web.post("/register", json=registration())

    assert {answer.status_code for answer in answers} == {503}
    assert seconds < 5.5  # for all of them, hashing included
    assert back.status_code == 201


@pytest.mark.parametrize(
    "garbage",
    [
        b"GARBAGE\r\n\r\n",
        b"POST /token HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01",
    ],
)
async def test_answers_a_problem_to_what_is_no_http(
    web: httpx2.AsyncClient, process: tuple[subprocess.Popen[bytes], str], garbage: bytes
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(process[1]).port)
    writer.write(garbage + b"\r\n\r\n")
    head, _, body = (await asyncio.wait_for(reader.read(), timeout=5)).partition(b"\r\n\r\n")
    writer.close()

    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"content-type: application/problem+json" in head.lower()
    assert json.loads(body)["code"] == "malformed_request"


@pytest.fixture(scope="module")
async def impatient_port(database_urls: DatabaseUrls, keys_dir: Path) -> AsyncIterator[int]:
    port = free_port()
    keys = str(keys_dir)
    process = start_web(port, "-c", _IMPATIENT, AUTH_DATABASE_URL=database_urls.app, AUTH_SIGNING_KEYS_DIR=keys)
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        await until_healthy(client)
    yield port
    process.kill()
    process.communicate()


@pytest.mark.parametrize(
    "half",
    [
        b"GET /healthcheck HTTP/1.1\r\nHost: x\r\nX-Slow: ",
        b"POST /register HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
    ],
    ids=["head", "body"],
)
async def test_gives_up_half_a_request(impatient_port: int, half: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", impatient_port)
    writer.write(half)
    started = time.monotonic()
    head, _, body = (await asyncio.wait_for(reader.read(), timeout=5)).partition(b"\r\n\r\n")  # until it is closed
    seconds = time.monotonic() - started
    writer.close()

    assert head.startswith(b"HTTP/1.1 408 ")
    assert json.loads(body)["code"] == "request_timeout"
    assert 0.9 < seconds < 4


async def test_tells_an_unknown_method_that_it_is_not_allowed(web: httpx2.AsyncClient) -> None:
    answer = await web.request("BREW", "/api/v1/users/me")

    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")


async def test_finishes_what_it_has_and_leaves_on_sigterm(
    web: httpx2.AsyncClient, proxy: DatabaseProxy, process: tuple[subprocess.Popen[bytes], str], keys_dir: Path
) -> None:
    port = free_port()
    leaving = start_web(port, AUTH_DATABASE_URL=proxy.url, AUTH_SIGNING_KEYS_DIR=str(keys_dir))
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=15) as client:
        await until_healthy(client)
        await proxy.freeze()
        in_hand = asyncio.create_task(client.post("/register", json=registration()))
        await asyncio.sleep(0.5)
        leaving.send_signal(signal.SIGTERM)
        await asyncio.sleep(0.5)
        await proxy.recover()
        answer = await in_hand
        output, _ = await asyncio.to_thread(leaving.communicate, timeout=10)

    assert answer.status_code == 201
    assert leaving.returncode == -signal.SIGTERM  # uvicorn lets the signal end the process after all is done
    assert PASSWORD not in output.decode()


def test_does_not_start_without_what_it_needs_and_names_the_variable() -> None:
    secret = "postgresql://auth_app:do-not-print-me@127.0.0.1:1/auth"

    stopped = start_web(0, AUTH_DATABASE_URL=secret)
    output, _ = stopped.communicate(timeout=_START_SECONDS)

    assert stopped.returncode == 1
    assert "AUTH_SIGNING_KEYS_DIR" in output.decode()
    assert "do-not-print-me" not in output.decode()
    assert "Traceback" not in output.decode()
