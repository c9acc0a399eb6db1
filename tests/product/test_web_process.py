"""The real server process: what gunicorn answers by itself, who waits in it, and how it ends."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from django.conf import settings
from django.db import connections

from product.orders.services import place_order
from servicekit.http import MAX_BODY_BYTES
from stack.ports import private_port
from tests.product.factories import make_product
from tests.product.storefront.fake_services import FakeServices, make_token, user_id_of
from tests.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def port() -> int:
    return private_port()


@pytest.fixture
def server(port: int, transactional_db: None) -> Iterator[subprocess.Popen[bytes]]:
    default = connections.settings["default"]
    database_url = "postgresql://{USER}:{password}@{HOST}:{PORT}/{NAME}".format(
        **default, password=quote(default["PASSWORD"])
    )
    with FakeServices() as auth:
        environment = os.environ | {
            "PRODUCT_PORT": str(port),
            "PRODUCT_DATABASE_URL": database_url,
            "PRODUCT_AUTH_URL": auth.url,
        }
        with subprocess.Popen([sys.executable, "-m", "product", "web"], env=environment) as process:
            wait_until(lambda: is_answering(port), waiting_for="the web server")
            yield process
            process.kill()


def is_answering(port: int) -> bool:
    try:
        return httpx2.get(f"http://127.0.0.1:{port}/health").is_success
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
def test_says_that_it_closes_the_connection_after_a_large_body(port: int) -> None:
    with httpx2.Client(base_url=f"http://127.0.0.1:{port}") as client:
        small = client.post("/api/v1/orders", content=b"{}")
        large = client.post("/api/v1/orders", content=b"x" * (MAX_BODY_BYTES + 1))
        chunked = client.post("/api/v1/orders", content=iter([b"x" * 65_536] * 17))

    assert [answer.status_code for answer in (small, large, chunked)] == [401, 413, 413]
    assert [answer.headers["Connection"] for answer in (small, large, chunked)] == ["keep-alive", "close", "close"]


def test_many_wait_while_others_are_served_and_all_are_answered_at_the_end(
    server: subprocess.Popen[bytes], port: int
) -> None:
    order = place_order(user_id=user_id_of("ada"), quantities={make_product().pk: 1})
    connections_before = connections_to_database()
    answers: list[httpx2.Response] = []
    limits = httpx2.Limits(max_connections=None)
    with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=40, limits=limits) as client:

        def wait_for_it() -> None:
            headers: dict[str, Any] = {"Authorization": f"Bearer {make_token('ada')}"}
            answers.append(client.get(f"/api/v1/orders/{order.pk}?wait=30&until=paid", headers=headers))

        waiting = [threading.Thread(target=wait_for_it) for _ in range(100)]
        for thread in waiting:
            thread.start()
        wait_until(lambda: threads_of_worker(server) > len(waiting), waiting_for="all to be waiting")
        assert connections_to_database() - connections_before <= settings.ENVIRONMENT.database_connections
        started = time.monotonic()
        assert client.get("/api/v1/products").is_success
        assert time.monotonic() - started < 1
        assert answers == []

        server.send_signal(signal.SIGTERM)
        for thread in waiting:
            thread.join()

    assert server.wait(timeout=10) == 0
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.json()["payment_status"] for answer in answers} == {"unpaid"}


def test_a_process_has_its_views_before_its_first_request() -> None:
    program = "import sys, product.wsgi; print('product.orders.api' in sys.modules)"

    result = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)

    assert result.stdout == "True\n"


def threads_of_worker(server: subprocess.Popen[bytes]) -> int:
    worker = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()[0]
    return len(list(Path(f"/proc/{worker}/task").iterdir()))


def connections_to_database() -> int:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        return int(cursor.fetchone()[0])
