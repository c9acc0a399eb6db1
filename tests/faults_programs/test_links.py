"""The proxy between the shop's parts does to connections what it says, and nothing else."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from faults.links import Cut, Link, Links, Passes, Way
from stack.ports import HOST


@pytest.fixture
def echo() -> Iterator[int]:
    """The port of a server that sends back what it gets, in capitals."""

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=(connection,), daemon=True).start()

    def answer(connection: socket.socket) -> None:
        with closing(connection):
            try:
                while data := connection.recv(1024):
                    connection.sendall(data.upper())
            except OSError:
                return

    server = socket.create_server((HOST, 0))
    threading.Thread(target=serve, daemon=True).start()
    yield server.getsockname()[1]
    server.shutdown(socket.SHUT_RDWR)
    server.close()


@pytest.fixture
def link(echo: int) -> Iterator[Link]:
    with Links(["link"]) as links:
        links["link"].targets = [echo]
        yield links["link"]


def connected(link: Link) -> socket.socket:
    connection = socket.create_connection((HOST, link.port), timeout=5)
    connection.settimeout(5)
    return connection


def said(connection: socket.socket, text: bytes) -> bytes:
    """What comes back; empty at the end of the stream."""
    connection.sendall(text)
    return connection.recv(1024)


def test_passes_everything_on_and_the_end_as_well(link: Link) -> None:
    with connected(link) as connection:
        assert said(connection, b"hello") == b"HELLO"
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(1024) == b""


def test_goes_to_the_next_target_where_nobody_listens(link: Link) -> None:
    with socket.create_server((HOST, 0)) as closed:
        dead = closed.getsockname()[1]
    link.targets = [dead, *link.targets]

    with connected(link) as connection:
        assert said(connection, b"hello") == b"HELLO"


def test_refuses_and_ends_what_was_connected(link: Link) -> None:
    with connected(link) as connection:
        said(connection, b"hello")
        link.refuse()
        with pytest.raises(ConnectionResetError):
            connection.recv(1024)
    with pytest.raises(ConnectionRefusedError):
        connected(link)

    link.open()

    with connected(link) as connection:
        assert said(connection, b"again") == b"AGAIN"


def test_resets_new_connections_too(link: Link) -> None:
    link.reset()

    with pytest.raises(ConnectionResetError), connected(link) as connection:
        said(connection, b"hello")


@pytest.mark.parametrize("hold", [lambda link: link.hold(), lambda link: link.hold(Way.TO_CLIENT)])
def test_what_was_held_is_delivered_afterwards(link: Link, hold: Callable[[Link], None]) -> None:
    with connected(link) as connection:
        said(connection, b"hello")
        hold(link)
        connection.sendall(b"are you there")
        connection.settimeout(0.3)
        with pytest.raises(TimeoutError):
            connection.recv(1024)

        link.open()

        connection.settimeout(5)
        assert connection.recv(1024) == b"ARE YOU THERE"


@pytest.mark.parametrize(
    ("passes", "answer"), [(Passes.NOTHING, b""), (Passes.UP_TO_PATTERN, b"X COM"), (Passes.EVERYTHING, b"X COMMIT")]
)
def test_cuts_once_where_the_pattern_comes_by(link: Link, passes: Passes, answer: bytes) -> None:
    pattern = b"COM"
    link.cut(Cut(pattern.lower(), Way.TO_SERVER, passes))

    with connected(link) as connection:
        assert said(connection, b"hello") == b"HELLO"
        connection.sendall(b"x commit")
        assert all_received(connection) == answer
    with connected(link) as connection:
        assert said(connection, b"x commit") == b"X COMMIT"
    assert link.cuts_left == 0


def test_finds_a_pattern_that_comes_in_two_pieces(link: Link) -> None:
    link.cut(Cut(b"commit", Way.TO_SERVER, Passes.NOTHING))

    with connected(link) as connection:
        assert said(connection, b"com") == b"COM"
        connection.sendall(b"mit")
        assert all_received(connection) == b""


def all_received(connection: socket.socket) -> bytes:
    """Until the connection is reset; fails where it ends in good order."""
    received = b""
    while True:
        try:
            data = connection.recv(1024)
        except ConnectionResetError:
            return received
        assert data, "ended without a reset"
        received += data
