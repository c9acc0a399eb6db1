"""A client's connection to a web server with threads: read without one until a request is there, ended without one."""

import re
import socket
from collections.abc import Callable
from typing import Any

from gunicorn.workers.gthread import TConn

MOST_HEAD_BYTES = 65_536
"""The longest request line and headers."""
_GATHERED_BODY_BYTES = 16_384
"""Of a longer body the thread reads the rest, as it has to of one of unknown length."""

_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,9})[ \t]*\r\n", re.IGNORECASE)
_WAITS_TO_BE_ASKED = re.compile(rb"\r\nexpect:", re.IGNORECASE)


class Connection(TConn):  # type: ignore[misc]  # gunicorn has no types
    """Gathers a request piece by piece: a client that never comes to the end of it costs some memory and no thread."""

    def __init__(self, *args: Any, let_leave: Callable[["Connection"], None]) -> None:
        """`let_leave` waits for the client's end of an orderly close."""
        super().__init__(*args)
        self.gathered = b""
        self.drained_bytes = 0
        self._searched_bytes = 0
        self._let_leave = let_leave

    def gather(self) -> bool:
        """Take what has arrived, without waiting. Whether there is something to do now: a request, or the end."""
        self.sock.setblocking(False)  # noqa: FBT003  (the library's)
        if self.parser is not None:  # what was read beyond the last request
            self.gathered += self.parser.unreader.take_buffered()
        try:
            data = self.sock.recv(MOST_HEAD_BYTES)
        except BlockingIOError:
            return self._is_whole()
        except OSError:
            return True
        self.gathered += data
        return not data or self._is_whole()

    def take_gathered(self) -> bytes:
        """What is to be read before the socket."""
        gathered, self.gathered, self._searched_bytes = self.gathered, b"", 0
        return gathered

    @property
    def head_is_too_long(self) -> bool:
        return len(self.gathered) > MOST_HEAD_BYTES and _END_OF_HEAD not in self.gathered[:MOST_HEAD_BYTES]

    def close(self, graceful: bool = False) -> None:
        if graceful:
            self._let_leave(self)
        else:
            super().close()

    def drain(self, most_bytes: int) -> bool:
        """Read what a client still sends that was answered. Whether that is over, or has become too much."""
        try:
            data = self.sock.recv(MOST_HEAD_BYTES)
        except BlockingIOError:
            return False
        except OSError:
            return True
        self.drained_bytes += len(data)
        return not data or self.drained_bytes > most_bytes

    def say_no_more(self) -> bool:
        """Close this side only: closed at once, what the client still sends would cost it the answer."""
        try:
            self.sock.setblocking(False)  # noqa: FBT003
            self.sock.shutdown(socket.SHUT_WR)
        except OSError:
            return False
        return True

    def _is_whole(self) -> bool:
        end = self.gathered.find(_END_OF_HEAD, max(0, self._searched_bytes - len(_END_OF_HEAD)))
        if end < 0:
            self._searched_bytes = len(self.gathered)
            return self.head_is_too_long
        head = self.gathered[: end + len(_END_OF_HEAD)]
        length = _LENGTH.search(head)
        if length is None or _WAITS_TO_BE_ASKED.search(head) or int(length[1]) > _GATHERED_BODY_BYTES:
            return True
        return len(self.gathered) >= len(head) + int(length[1])
