"""Free TCP ports on the loopback address: the shop's own first choice, and private ones for the servers."""

import os
import socket
import sys
from collections.abc import Collection, Iterator
from itertools import count

HOST = "127.0.0.1"

_LOWEST, _BEYOND = 10_000, 32_000
"""Below the range (32768 and up) from which the kernel takes ports for outgoing connections: those get stolen."""
_BLOCK = 50

_handed_out: dict[int, int | None] = {}
"""Each with the file descriptor that keeps other runs on this machine from taking it before our server has."""


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As servers do, so that connections of an earlier run in TIME_WAIT do not count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def private_port() -> int:
    """A free port that nobody needs to remember. Each process searches from a block of its own."""
    return _take(_from_own_block())


def preferred_port(first_choice: int, *, avoid: Collection[int] = ()) -> int:
    """`first_choice` or the next free one after it; `avoid` are the first choices of others."""
    return _take(port for port in count(first_choice) if port == first_choice or port not in avoid)


def _take(candidates: Iterator[int]) -> int:
    return next(port for port in candidates if port not in _handed_out and is_free(port) and _reserve(port))


def _reserve(port: int) -> bool:
    """False when another run has reserved it. A server may take its time until it binds the port.

    A name in Linux's abstract socket namespace: it belongs to the network like the port, and goes with the process.
    """
    if sys.platform != "linux":
        _handed_out[port] = None
        return True
    reservation = socket.socket(socket.AF_UNIX)
    try:
        reservation.bind(f"\0storefront-port-{port}")
    except OSError:
        reservation.close()
        return False
    _handed_out[port] = reservation.detach()  # until the process ends
    return True


def _from_own_block() -> Iterator[int]:
    size = _BEYOND - _LOWEST
    offset = os.getpid() * _BLOCK % size
    return (_LOWEST + (offset + step) % size for step in range(size))
