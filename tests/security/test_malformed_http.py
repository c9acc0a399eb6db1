"""Bytes that are hardly HTTP, or dangerously ambiguous: a problem and the end of the connection, or just its end.

What is no request never reaches the application: auth answers it in `auth/http_protocol.py`, the others in
`servicekit/wsgi_worker.py`, in the same form as the application would.
"""

import http.client
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress

import httpx2
import pytest

from stack.credentials import SERVICES
from tests.problems import assert_problem
from tests.running_shop import RunningShop
from tests.security.conftest import Figure
from tests.security.raw_http import answer_to, connect

_GIVEN_UP_SECONDS = 20
_MOST_ANSWERS = 10
_PROTOCOL_DEMANDS = {501, 505}
_HOST = b"Host: 127.0.0.1\r\n"
_SMUGGLED = b"GET /healthcheck HTTP/1.1\r\n" + _HOST + b"\r\n"


def _post(headers: bytes, body: bytes = b"") -> bytes:
    return b"POST /register HTTP/1.1\r\n" + _HOST + b"Content-Type: application/json\r\n" + headers + b"\r\n" + body


def _get(
    headers: bytes = b"", target: bytes = b"/healthcheck", version: bytes = b"HTTP/1.1", method: bytes = b"GET"
) -> bytes:
    return method + b" " + target + b" " + version + b"\r\n" + _HOST + headers + b"\r\n"


AMBIGUOUS = {
    "length and chunks": _post(b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n" + _SMUGGLED),
    "chunks and length": _post(b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", b"0\r\n\r\n" + _SMUGGLED),
    "two lengths": _post(b"Content-Length: 2\r\nContent-Length: 80\r\n", b"{}" + _SMUGGLED),
    "two lengths in one": _post(b"Content-Length: 2, 80\r\n", b"{}" + _SMUGGLED),
    "a length with a plus": _post(b"Content-Length: +2\r\n", b"{}" + _SMUGGLED),
    "a negative length": _post(b"Content-Length: -1\r\n", b"{}" + _SMUGGLED),
    "a length in hexadecimal": _post(b"Content-Length: 0x2\r\n", b"{}" + _SMUGGLED),
    "a length with an underscore": _post(b"Content-Length: 1_0\r\n", b"{}" + _SMUGGLED),
    "a length in other digits": _post("Content-Length: ٢\r\n".encode(), b"{}" + _SMUGGLED),
    "an empty length": _post(b"Content-Length:\r\n", b"{}" + _SMUGGLED),
    "a space before the colon": _post(b"Content-Length : 2\r\n", b"{}" + _SMUGGLED),
    "chunks with a space before the colon": _post(b"Transfer-Encoding : chunked\r\n", b"0\r\n\r\n" + _SMUGGLED),
    "chunks in other words": _post(b"Transfer-Encoding: xchunked\r\n", b"0\r\n\r\n" + _SMUGGLED),
    "chunks twice": _post(b"Transfer-Encoding: chunked, chunked\r\n", b"0\r\n\r\n" + _SMUGGLED),
    "chunks, and something else": _post(b"Transfer-Encoding: chunked, identity\r\n", b"0\r\n\r\n" + _SMUGGLED),
    "chunks behind a vertical tab": _post(b"Transfer-Encoding: \x0bchunked\r\n", b"0\r\n\r\n" + _SMUGGLED),
    "a chunk of a negative size": _post(b"Transfer-Encoding: chunked\r\n", b"-1\r\n{}\r\n0\r\n\r\n" + _SMUGGLED),
    "a chunk size with an underscore": _post(b"Transfer-Encoding: chunked\r\n", b"0_2\r\n{}\r\n0\r\n\r\n" + _SMUGGLED),
    "a chunk size with 0x": _post(b"Transfer-Encoding: chunked\r\n", b"0x2\r\n{}\r\n0\r\n\r\n" + _SMUGGLED),
    "a chunk that is longer than it says": _post(
        b"Transfer-Encoding: chunked\r\n", b"1\r\n{}\r\n0\r\n\r\n" + _SMUGGLED
    ),
    "a chunk without its end": _post(b"Transfer-Encoding: chunked\r\n", b"2\r\n{}XX0\r\n\r\n" + _SMUGGLED),
    "a chunk of an endless size": _post(b"Transfer-Encoding: chunked\r\n", b"F" * 40 + b"\r\n{}"),
    "a chunk extension without end": _post(b"Transfer-Encoding: chunked\r\n", b"2;" + b"x" * 100_000),
}
"""Two readers might see two requests in them: then one of them is served with the other's rights."""

MALFORMED = {
    "chunks in a folded line": _post(b"Transfer-Encoding:\r\n chunked\r\n", b"0\r\n\r\n"),
    "nothing at all": b"\r\n\r\n", "words": b"hello, is anybody there?\r\n\r\n",
    "bytes": bytes(range(256)) + b"\r\n\r\n",
    "NULs": b"\x00" * 1000 + b"\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 200 + b"\r\n\r\n",
    "HTTP/0.9": b"GET /\r\n\r\n", "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\x00" * 30,
    "HTTP/3.7": _get(version=b"HTTP/3.7"),
    "HTTP/1.10": _get(version=b"HTTP/1.10"), "a version in lower case": _get(version=b"http/1.1"),
    "no version": _get(version=b""),
    "another protocol": b"EHLO example.org\r\n\r\n", "no host": b"GET /api/v1/nothing HTTP/1.1\r\n\r\n",
    "two hosts": _get(b"Host: evil.example\r\n"),
    "a host with a path": b"GET /api/v1/nothing HTTP/1.1\r\nHost: a/b@c\r\n\r\n",
    "a bare line feed": _get().replace(b"\r\n", b"\n") + b"\r\n\r\n",
    "a bare carriage return": _get(b"X-A: a\rX-B: b\r\n"),
    "a NUL in a header": _get(b"X-A: a\x00b\r\n"), "a NUL in a name": _get(b"X-\x00A: b\r\n"),
    "a NUL in the path": _get(target=b"/\x00"),
    "a header without a colon": _get(b"X-A\r\n"), "a header without a name": _get(b": b\r\n"),
    "a space in a name": _get(b"X A: b\r\n"),
    "a folded header": _get(b"X-A: a\r\n b\r\n"), "a first line that is folded": b"GET /\r\n HTTP/1.1\r\n\r\n",
    "a header of 200 kB": _get(b"X-A: " + b"a" * 200_000 + b"\r\n"),
    "a name of 100 kB": _get(b"X" * 100_000 + b": a\r\n"),
    "ten thousand headers": _get(b"".join(b"X-%d: a\r\n" % number for number in range(10_000))),
    "the same header five hundred times": _get(b"X-A: a\r\n" * 500),
    "a path of 200 kB": _get(target=b"/" + b"a" * 200_000),
    "a query of 100 kB": _get(target=b"/api/v1/nothing?a=" + b"a" * 100_000),
    "no path": b"GET  HTTP/1.1\r\n" + _HOST + b"\r\n",
    "a path without a slash": _get(target=b"api"), "a path with a space": _get(target=b"/a b"),
    "bytes in the path": _get(target=b"/\xff\xfe"),
    "an absolute address of somebody else": _get(target=b"http://evil.example/api/v1/nothing"),
    "a star": _get(target=b"*", method=b"OPTIONS"),
    "a tunnel": _get(target=b"evil.example:443", method=b"CONNECT"), "a method of 10 kB": _get(method=b"A" * 10_000),
    "a method in lower case": _get(method=b"get", target=b"/api/v1/nothing"),
    "a method with a NUL": _get(method=b"GE\x00T"),
    "an upgrade to HTTP/2": _get(
        b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n",
        b"/api/v1/nothing"
    ),
    "an upgrade to a web socket": _get(b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n",
    b"/api/v1/nothing"),
    "an expectation that cannot be met": _post(b"Expect: 200-maybe\r\nContent-Length: 2\r\n", b"{}"),
    "a length of nineteen digits": _post(b"Content-Length: 9999999999999999999\r\n", b"{}"),
    "a length of five thousand digits": _post(b"Content-Length: " + b"9" * 5000 + b"\r\n", b"{}"),
    "compressed": _post(b"Content-Encoding: gzip\r\nContent-Length: 4\r\n", b"\x1f\x8b\x08\x00"),
    "a trailer that is a header": _post(b"Transfer-Encoding: chunked\r\nTrailer: Authorization\r\n",
    b"2\r\n{}\r\n0\r\nAuthorization: Bearer x\r\n\r\n"),
    "dots in the path": _get(target=b"/../../etc/passwd"), "encoded dots": _get(target=b"/%2e%2e/%2e%2e/etc/passwd"),
    "dots behind static files": _get(target=b"/static/../../../etc/passwd"),
    "an encoded slash": _get(target=b"/static/..%2f..%2fetc%2fpasswd"),
    "backslashes": _get(target=b"/static/..\\..\\etc\\passwd"), "half an escape": _get(target=b"/api/v1/nothing%"),
}  # fmt: skip

UNFINISHED = {
    "a head without end": b"GET /healthcheck HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: b\r\n", "half a line": b"GET /health",
    "one byte": b"G", "only line feeds": b"GET / HTTP/1.1\nHost: 127.0.0.1\n\n",
    "half a chunk": _post(b"Transfer-Encoding: chunked\r\n", b"5\r\n{}"),
    "half a body": _post(b"Content-Length: 500\r\n", b"{"),
}  # fmt: skip


def test_what_is_hardly_http_gets_a_problem_or_the_end(shop: RunningShop, figure: Figure) -> None:
    """All services at the same time: what has no end is waited for."""
    requests = UNFINISHED | AMBIGUOUS | MALFORMED
    cases = [(service, name) for name in requests for service in SERVICES]

    with ThreadPoolExecutor(64) as pool:
        faults = pool.map(lambda case: list(_faults(shop.addresses.urls[case[0]], case[1], requests[case[1]])), cases)
        wrong = [
            f"{service}, {name}: {fault}"
            for (service, name), found in zip(cases, faults, strict=True)
            for fault in found
        ]

    figure("malformed and ambiguous requests, byte by byte", len(cases), wrong)


@pytest.mark.parametrize("service", SERVICES)
def test_requests_in_a_row_are_answered_in_a_row(shop: RunningShop, service: str) -> None:
    with closing(connect(shop.addresses.urls[service])) as connection:
        connection.sendall(
            _get(target=b"/healthcheck") + _get(target=b"/api/v1/nothing") + _get(b"Connection: close\r\n")
        )
        with connection.makefile("rb") as reader:
            text = reader.read()

    assert text.count(b"HTTP/1.1 ") == 3


def _faults(url: str, name: str, request: bytes) -> Iterator[str]:
    try:
        answers = list(_answers(url, request))
    except (TimeoutError, http.client.HTTPException) as error:
        yield f"{type(error).__name__}: {error}"
        return
    if name in AMBIGUOUS and any(answer.status_code < 400 for answer in answers):
        yield "what was smuggled in is answered"
    for answer in answers:
        if answer.status_code >= 500 and answer.status_code not in _PROTOCOL_DEMANDS:
            yield f"{answer.status_code} {answer.text[:200]}"
        if answer.status_code >= 400:
            try:
                assert_problem(answer, answer.status_code)
            except (AssertionError, KeyError) as error:
                yield str(error)[:200]


def _answers(url: str, request: bytes) -> Iterator[httpx2.Response]:
    """All answers until the service closes the connection, which it has to."""
    with closing(connect(url, timeout_seconds=_GIVEN_UP_SECONDS)) as connection:
        try:
            connection.sendall(request)
            for _ in range(_MOST_ANSWERS):
                yield answer_to(connection)
        except (http.client.RemoteDisconnected, ConnectionError, BrokenPipeError):
            return
        finally:
            with closing(connection):
                _hang_up(connection)
    raise TimeoutError("it does not end")


def _hang_up(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
