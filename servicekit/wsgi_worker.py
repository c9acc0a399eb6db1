"""How one process with threads talks to clients over HTTP: gunicorn's worker, safe against slow and silent ones."""

import selectors
import socket
import time
from collections import deque
from contextlib import suppress
from functools import partial
from typing import Any

from gunicorn.http.errors import ParseException
from gunicorn.workers.gthread import ThreadWorker

from servicekit.http import last_answer, reading_seconds
from servicekit.patient_reading import PatientUnreader
from servicekit.problems import Internal, Malformed, Problem, RequestTimeout
from servicekit.wsgi_connection import Connection

_SENDING_SECONDS = 30
"""For each piece of an answer that a client is slow to take."""
_LEAVING_SECONDS = 2.0
_DRAINED_BYTES = 65_536
"""What gunicorn reads of a body that nobody else has read."""
_MOST_DRAINED_BYTES = 16 * _DRAINED_BYTES


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Gives a connection a thread when a request is there, and not before.

    Gunicorn's own gives one to each new connection for five seconds, to each begun request for ever, and the thread
    that accepts connections to each client that stays after the last answer: a few idle sockets silence a service.
    Where gunicorn refuses a request, the answer is a problem.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._leaving: deque[Connection] = deque()

    # --- in the thread that accepts connections

    def accept(self, listener: Any) -> None:
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        self.nr_conns += 1
        self.enqueue_req(Connection(self.cfg, client, address, listener.getsockname(), let_leave=self._let_leave))

    def enqueue_req(self, conn: Connection) -> None:
        """Gunicorn's way to a thread: for new connections, and for old ones from which there is something to read."""
        if conn.gather():
            self._enqueue_whole(conn)
            return
        conn.timeout = time.monotonic() + reading_seconds(0)
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def on_pending_socket_readable(self, conn: Connection, client: socket.socket) -> None:
        if conn.gather():
            self.poller.unregister(client)
            self.pending_conns.remove(conn)
            self._enqueue_whole(conn)

    def murder_pending(self) -> None:
        """Gunicorn's round for what is past its time. Who has begun a request is told."""
        now = time.monotonic()
        while self.pending_conns and self.pending_conns[0].timeout <= now:
            conn = self.pending_conns.popleft()
            self.poller.unregister(conn.sock)
            self.nr_conns -= 1
            if conn.gathered:
                _tell(conn.sock, RequestTimeout())
            conn.close(graceful=bool(conn.gathered))
        while self._leaving and self._leaving[0].timeout <= now:
            self._forget(self._leaving[0])

    def _cap_keepalive(self, deadline: float) -> None:
        super()._cap_keepalive(deadline)
        for conn in self.pending_conns:
            conn.timeout = min(conn.timeout, deadline)

    def _enqueue_whole(self, conn: Connection) -> None:
        conn.data_ready = True
        super().enqueue_req(conn)

    def _let_leave(self, conn: Connection) -> None:
        if not conn.say_no_more():
            conn.close()
            return
        conn.timeout = time.monotonic() + _LEAVING_SECONDS
        self.nr_conns += 1
        self._leaving.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._see_off, conn))

    def _see_off(self, conn: Connection, _client: socket.socket) -> None:
        if conn.drain(_MOST_DRAINED_BYTES):
            self._forget(conn)

    def _forget(self, conn: Connection) -> None:
        self._leaving.remove(conn)
        self.poller.unregister(conn.sock)
        self.nr_conns -= 1
        conn.close()

    # --- in the thread of the request

    def handle(self, conn: Connection) -> Any:
        if conn.head_is_too_long:
            _tell(conn.sock, Malformed("The request line and headers are too long"))
            return False
        if not conn.initialized:
            conn.init()
            conn.parser.unreader = PatientUnreader(conn.sock)
        conn.parser.unreader.expect_request(conn.take_gathered())
        return super().handle(conn)

    def handle_request(self, req: Any, conn: Connection) -> Any:
        """A large body may be refused unread, and gunicorn clears away only so much: say that the connection closes."""
        headers = {name.lower(): value for name, value in req.headers}
        if "transfer-encoding" in headers or int(headers.get("content-length", 0)) > _DRAINED_BYTES:
            req.force_close()
        conn.sock.settimeout(_SENDING_SECONDS)
        return super().handle_request(req, conn)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:  # noqa: ARG002
        """What comes here has not reached the application."""
        if isinstance(exc, Problem):
            _tell(client, exc)
        elif isinstance(exc, ParseException):
            _tell(client, Malformed("This is not HTTP as it is understood here"))
        else:
            self.log.exception("http.failed")
            _tell(client, Internal())

    def _keepalive_after(self, conn: Connection, keepalive: bool) -> bool:
        try:
            return bool(super()._keepalive_after(conn, keepalive))
        except RequestTimeout:
            return False  # in what is left of a body that was answered already


def _tell(client: socket.socket, problem: Problem) -> None:
    """As far as the client takes it."""
    with suppress(OSError):
        client.sendall(last_answer(problem))
