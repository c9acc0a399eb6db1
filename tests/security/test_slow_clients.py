"""Clients that say nothing, or hardly anything, and stay: others are answered meanwhile, and these in the end."""

import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from http.client import HTTPException

import pytest

from stack.credentials import SERVICES
from tests.problems import assert_problem
from tests.running_shop import RunningShop
from tests.security.conftest import Figure
from tests.security.raw_http import answer_to, connect, exchange, head
from tests.security.scale import sized

_IDLE = sized(short=1000, long=1000)
_SLOW = sized(short=300, long=500)
"""More than any service has threads."""
_PROMPT_SECONDS = 3.0
_GIVEN_UP_SECONDS = 20
_WRITES = {"auth": "/register", "product": "/api/v1/orders", "payment": "/api/v1/wallets"}
_BODY = b"Content-Type: application/json\r\nContent-Length: 10000\r\n\r\n{"

Behaviour = Callable[[socket.socket], None]


def say_nothing(_connection: socket.socket) -> None:
    pass


def send_half_a_head(connection: socket.socket) -> None:
    connection.sendall(b"GET /healthcheck HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")


def send_half_a_body(connection: socket.socket) -> None:
    connection.sendall(b"POST /register HTTP/1.1\r\nHost: 127.0.0.1\r\n" + _BODY)


def send_half_a_body_as(token: str, path: str, connection: socket.socket) -> None:
    start = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
    connection.sendall(start.encode() + _BODY)


def drip(connection: socket.socket) -> None:
    send_half_a_head(connection)
    until = time.monotonic() + 8
    while time.monotonic() < until:
        connection.sendall(b"x")
        time.sleep(0.5)


def stay_after_an_error(connection: socket.socket) -> None:
    connection.sendall(b"nonsense\r\n\r\n")


def stay_after_an_answer(connection: socket.socket) -> None:
    connection.sendall(head("GET", "/healthcheck", [(b"Connection", b"close")]))


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(
    ("behaviour", "count"),
    [
        (say_nothing, _IDLE),
        (send_half_a_head, _SLOW),
        (send_half_a_body, _SLOW),
        (stay_after_an_error, _SLOW),
        (stay_after_an_answer, _SLOW),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_others_are_answered_meanwhile(
    shop: RunningShop, service: str, behaviour: Behaviour, count: int, figure: Figure
) -> None:
    url = shop.addresses.urls[service]
    with crowd(url, behaviour, count):
        seconds = [_seconds(url) for _ in range(10)]

    slow = [f"{taken:.1f} s for a health check" for taken in seconds if taken > _PROMPT_SECONDS]
    figure(f"connections that {behaviour.__name__.replace('_', ' ')}, to {service}", count, slow)


def test_half_a_request_is_given_up(shop: RunningShop, figure: Figure) -> None:
    """Also when a byte comes now and then; in all services at the same time, for it takes its ten seconds."""
    token = str(shop.new_customer().token)
    cases = [
        (service, name, behaviour)
        for service in SERVICES
        for name, behaviour in (
            ("half a head", send_half_a_head),
            ("half a body", partial(send_half_a_body_as, token, _WRITES[service])),
            ("a byte now and then", drip),
        )
    ]

    with ThreadPoolExecutor(len(cases)) as pool:
        faults = pool.map(lambda case: _not_given_up(shop.addresses.urls[case[0]], case[2]), cases)
        wrong = [
            f"{service}, {name}: {fault}" for (service, name, _), fault in zip(cases, faults, strict=True) if fault
        ]

    figure("requests that never come to their end: 408 after ten seconds", len(cases), wrong)


def _not_given_up(url: str, behaviour: Behaviour) -> str | None:
    with connect(url, timeout_seconds=_GIVEN_UP_SECONDS) as connection:
        behaviour(connection)
        try:
            assert_problem(answer_to(connection), 408, "request_timeout")
            assert connection.recv(1) == b""
        except (AssertionError, OSError, HTTPException) as error:
            return f"{type(error).__name__} {error}"
    return None


@contextmanager
def crowd(url: str, behaviour: Behaviour, count: int) -> Iterator[list[socket.socket]]:
    """So many connections of this behaviour, as long as the block is open."""
    with ExitStack() as stack:
        connections = [stack.enter_context(connect(url)) for _ in range(count)]
        for connection in connections:
            behaviour(connection)
        yield connections


def _seconds(url: str) -> float:
    started = time.monotonic()
    answer = exchange(url, head("GET", "/healthcheck", [(b"Connection", b"close")]))
    assert answer.status_code == 200, answer.text
    return time.monotonic() - started
