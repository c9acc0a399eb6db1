"""When a connection gets a thread: when a request is there, and not while it is still on its way."""

import socket
from collections.abc import Iterator

import pytest
from gunicorn.config import Config

from servicekit.wsgi_connection import MOST_HEAD_BYTES, Connection

_HEAD = b"POST / HTTP/1.1\r\nHost: x\r\n"


class Line:
    """Both ends of a connection."""

    def __init__(self) -> None:
        self.client, server = socket.socketpair()
        self.connection = Connection(Config(), server, "client", "server", let_leave=Connection.close)

    def sends(self, data: bytes) -> bool:
        """Whether there is something to do when the client has sent this, too."""
        self.client.sendall(data)
        return self.connection.gather()

    def close(self) -> None:
        self.client.close()
        self.connection.sock.close()


@pytest.fixture
def line() -> Iterator[Line]:
    line = Line()
    yield line
    line.close()


def test_waits_for_the_end_of_the_head(line: Line) -> None:
    assert not line.connection.gather()
    for piece in (b"G", b"ET / HTTP/1.1\r\n", b"Host: x\r\n", b"\r"):
        assert not line.sends(piece)

    assert line.sends(b"\n")
    assert line.connection.take_gathered() == b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    assert line.connection.take_gathered() == b""


def test_waits_for_a_short_body(line: Line) -> None:
    assert not line.sends(_HEAD + b"Content-Length: 4\r\n\r\n{")
    assert not line.sends(b'"a')

    assert line.sends(b'"')


@pytest.mark.parametrize(
    "header", [b"Content-Length: 1000000", b"Transfer-Encoding: chunked", b"Expect: 100-continue\r\nContent-Length: 4"]
)
def test_leaves_a_body_to_the_thread_that_may_be_long_or_wants_to_be_asked_for(line: Line, header: bytes) -> None:
    assert line.sends(_HEAD + header + b"\r\n\r\n")


def test_waits_no_longer_for_a_client_that_has_gone(line: Line) -> None:
    assert not line.sends(b"GET /")
    line.client.close()

    assert line.connection.gather()


def test_gathers_no_head_without_end(line: Line) -> None:
    whole = False
    sent = 0
    while not whole:
        whole = line.sends(b"X-A: " + b"a" * 8000 + b"\r\n")
        sent += 8007

    assert line.connection.head_is_too_long
    assert sent < MOST_HEAD_BYTES + 2 * 8007
