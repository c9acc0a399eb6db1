"""How requests are read from the wire. What is no HTTP at all never reaches the application, and is answered here."""

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from servicekit.http import last_answer, reading_seconds
from servicekit.problems import Malformed, Problem, RequestTimeout

MAX_HEAD_BYTES = 131_072
"""The longest request line and headers that are read."""


class ProblemHTTPProtocol(H11Protocol):
    """HTTP/1.1 by h11 and not httptools, which refuses methods it does not know before the application can say 405.

    Gives up on a client that opens a connection and sends no request, or half of one, which uvicorn keeps for ever. How
    long a body may take is `LimitBody`'s affair, unless nobody wants it any more.
    """

    _giving_up: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        super().connection_made(transport)
        self._limit_waiting()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._limit_waiting()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._limit_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._wait_no_more()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002
        """Answer what uvicorn could not read, and close the connection."""
        self._refuse(Malformed("This is not an HTTP/1.1 request"))

    def _limit_waiting(self) -> None:
        is_in_hand = self.cycle is not None and not self.cycle.response_complete
        if is_in_hand or self.conn.their_state not in (h11.IDLE, h11.SEND_BODY):
            self._wait_no_more()
        elif self._giving_up is None:
            self._giving_up = self.loop.call_later(reading_seconds(0), self._give_up)

    def _wait_no_more(self) -> None:
        if self._giving_up is not None:
            self._giving_up.cancel()
            self._giving_up = None

    def _give_up(self) -> None:
        self._giving_up = None
        half_a_head = self.conn.trailing_data[0]
        if self.conn.their_state is h11.IDLE and half_a_head and not self.transport.is_closing():
            self._refuse(RequestTimeout())
        else:
            self.transport.close()

    def _refuse(self, problem: Problem) -> None:
        self.transport.write(last_answer(problem))
        self.transport.close()
