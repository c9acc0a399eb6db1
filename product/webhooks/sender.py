"""One POST to one receiver: bounded in time and size, to the address that was checked, following nobody elsewhere."""

import io
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection, HTTPException
from typing import Any

from django.utils.translation import gettext_noop as _

from product.webhooks.addresses import AddressRefused, Target, resolve

CONNECT_SECONDS = 3.0
TOTAL_SECONDS = 8.0
"""Less than a process has to end in order."""
_READ_BYTES = 2048
_KEPT_CHARACTERS = 500


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a try went: a status, or an error in a few words."""

    status: int | None
    error: str
    answer: str
    """The beginning of the body."""
    duration_milliseconds: int

    @property
    def is_delivered(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        """The receiver wants to hear no more."""
        return self.status == 410


def post(url: str, *, headers: Mapping[str, str], body: str, loopback_allowed: bool) -> Outcome:
    """Send it. Never raises: whatever goes wrong is an outcome."""
    started = time.monotonic()
    status, error, answer = None, "", ""
    try:
        target = resolve(url, loopback_allowed=loopback_allowed)
        status, answer = _exchange(target, headers, body.encode(), until=started + TOTAL_SECONDS)
    except AddressRefused as refusal:
        error = str(refusal)
    except TimeoutError:
        error = _("No answer in time")
    except ssl.SSLError as problem:
        error = f"TLS: {problem.reason or type(problem).__name__}"
    except (OSError, HTTPException, ValueError) as problem:
        error = type(problem).__name__
    return Outcome(status, error, answer, round((time.monotonic() - started) * 1000))


def _exchange(target: Target, headers: Mapping[str, str], body: bytes, *, until: float) -> tuple[int, str]:
    connected = _connect(target)
    connection = HTTPConnection(target.host, target.port)
    connection.sock = _BoundedSocket(connected, until)  # as much of a socket as it uses
    try:
        connection.request("POST", target.path, body, dict(headers))
        response = connection.getresponse()
        beginning = response.read(_READ_BYTES).decode("utf-8", "replace").replace("\x00", "")
        return response.status, beginning[:_KEPT_CHARACTERS]
    finally:
        connected.close()


def _connect(target: Target) -> socket.socket:
    plain = socket.create_connection((target.address, target.port), timeout=CONNECT_SECONDS)
    if not target.is_tls:
        return plain
    try:
        return _tls().wrap_socket(plain, server_hostname=target.host)
    except BaseException:
        plain.close()
        raise


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


class _BoundedSocket:
    """A socket whose every operation ends at the same moment: a receiver that drips bytes gains no time."""

    def __init__(self, connected: socket.socket, until: float) -> None:
        self._socket = connected
        self._until = until

    def sendall(self, data: bytes) -> None:
        self._in_time().sendall(data)

    def receive_into(self, buffer: Any) -> int:
        return self._in_time().recv_into(buffer)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self))

    def close(self) -> None:
        """Left to `_exchange`: an HTTP connection closes its socket before the body is read."""

    def _in_time(self) -> socket.socket:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(left)
        return self._socket


class _Reader(io.RawIOBase):
    def __init__(self, bounded: _BoundedSocket) -> None:
        self._bounded = bounded

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._bounded.receive_into(buffer)
