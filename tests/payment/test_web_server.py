"""The real server process: what gunicorn answers by itself, and how it ends."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import httpx2
import pytest
from psycopg2.extensions import connection as Psycopg2Connection  # noqa: N812

from stack.ports import private_port
from tests.payment.records import is_somebody_waiting
from tests.waiting import wait_until


@pytest.fixture
def port() -> int:
    return private_port()


@pytest.fixture
def server(port: int) -> Iterator[subprocess.Popen[bytes]]:
    environment = os.environ | {"PAYMENT_PORT": str(port)}
    with subprocess.Popen([sys.executable, "-m", "payment", "web"], env=environment) as process:
        wait_until(lambda: is_answering(port), waiting_for="the web server")
        yield process
        process.kill()


def is_answering(port: int) -> bool:
    try:
        return httpx2.get(f"http://127.0.0.1:{port}/healthcheck").is_success
    except httpx2.TransportError:
        return False


def send(port: int, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65_536), b""))


@pytest.mark.usefixtures("server")
def test_what_is_no_http_is_a_problem_too(port: int) -> None:
    for request in (b"GET / HTTP/9.9\r\n\r\n", b"nonsense\r\n\r\n", b"GET / HTTP/1.1\r\nA B: c\r\n\r\n"):
        answer = send(port, request)

        assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\n")
        assert b"Content-Type: application/problem+json\r\n" in answer
        assert b'"code": "malformed_request"' in answer


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(
    "said", [b"", b"GET / HTTP/1.1\r\nHost: ", b"nonsense\r\n\r\n"], ids=["nothing", "half", "nonsense"]
)
def test_clients_that_stay_keep_nobody_waiting(port: int, said: bytes) -> None:
    """More of them than there are threads."""
    with ExitStack() as stack:
        for _ in range(20):
            stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5)).sendall(said)

        answer = httpx2.get(f"http://127.0.0.1:{port}/healthcheck", timeout=4)

    assert answer.status_code == 200


def test_finishes_what_it_has_in_hand_when_it_is_to_stop(
    server: subprocess.Popen[bytes], port: int, superuser: Psycopg2Connection
) -> None:
    with ThreadPoolExecutor(1) as threads, superuser.cursor() as cursor:
        cursor.execute("BEGIN; LOCK TABLE outbox_events IN ACCESS EXCLUSIVE MODE")
        answer = threads.submit(httpx2.get, f"http://127.0.0.1:{port}/health")
        wait_until(lambda: is_somebody_waiting(cursor), waiting_for="the request in hand")
        server.send_signal(signal.SIGTERM)
        cursor.execute("COMMIT")

        assert answer.result(timeout=10).status_code == 200
    assert server.wait(timeout=10) == 0
