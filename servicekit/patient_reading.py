"""How requests are read from a socket by a thread: patiently, but not for ever."""

import time
from typing import Any

from gunicorn.http.unreader import SocketUnreader

from servicekit.http import reading_seconds
from servicekit.problems import RequestTimeout


class PatientUnreader(SocketUnreader):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn's reader, which on its own waits without end for a client that has sent half a request."""

    def __init__(self, sock: Any) -> None:
        super().__init__(sock)
        self.expect_request()

    def expect_request(self, begun: bytes = b"") -> None:
        """From now on the time of the next request runs. Its beginning was read elsewhere."""
        self.unread(begun)
        self._started = time.monotonic()
        self._received = 0

    def chunk(self, size_hint: int | None = None) -> bytes:
        """The next piece. Raises `RequestTimeout` when the request as a whole has taken too long."""
        bound = self.sock.gettimeout()
        left = self._started + reading_seconds(self._received) - time.monotonic()
        if left <= 0:
            raise RequestTimeout
        self.sock.settimeout(left if bound is None else min(left, bound))
        try:
            data: bytes = super().chunk(size_hint)
        except TimeoutError:
            raise RequestTimeout from None
        finally:
            self.sock.settimeout(bound)
        self._received += len(data)
        return data
