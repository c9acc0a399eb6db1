"""HTTP as bytes on a socket: what no client library would send."""

import http.client
import socket
from collections.abc import Iterable
from contextlib import closing
from urllib.parse import urlsplit

import httpx2

_LONGEST_WAIT_SECONDS = 20


def connect(url: str, *, timeout_seconds: float = _LONGEST_WAIT_SECONDS) -> socket.socket:
    """A connection to the service at this address. Close it."""
    parts = urlsplit(url)
    return socket.create_connection((parts.hostname or "", parts.port or 80), timeout=timeout_seconds)


def answer_to(connection: socket.socket, *, method: str = "GET") -> httpx2.Response:
    """The next answer, read to its end. Raises `TimeoutError`, and `http.client.HTTPException` for what is none."""
    with closing(http.client.HTTPResponse(connection, method=method)) as answer:
        answer.begin()
        return httpx2.Response(answer.status, headers=answer.getheaders(), content=answer.read())


def exchange(url: str, *pieces: bytes, method: str = "GET") -> httpx2.Response:
    """Send all that, on a connection of its own; the first answer."""
    with closing(connect(url)) as connection:
        for piece in pieces:
            connection.sendall(piece)
        return answer_to(connection, method=method)


def head(method: str, path: str, headers: Iterable[tuple[bytes, bytes]] = ()) -> bytes:
    """A request without a body, with headers in any bytes."""
    lines = [
        f"{method} {path} HTTP/1.1".encode(),
        b"Host: 127.0.0.1",
        *(name + b": " + value for name, value in headers),
    ]
    return b"\r\n".join(lines) + b"\r\n\r\n"
