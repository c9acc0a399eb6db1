"""How requests are read from the wire. What is no HTTP at all never reaches the application, and is answered here."""

import json

from uvicorn.protocols.http.h11_impl import H11Protocol

from servicekit.ids import new_id
from servicekit.problems import CONTENT_TYPE, Malformed

MAX_HEAD_BYTES = 131_072
"""The longest request line and headers that are read."""


class ProblemHTTPProtocol(H11Protocol):
    """HTTP/1.1 by h11 and not httptools, which refuses methods it does not know before the application can say 405."""

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002
        """Answer what uvicorn could not read, and close the connection."""
        request_id = str(new_id())
        body = json.dumps(Malformed("This is not an HTTP/1.1 request").body(request_id))
        head = (
            f"HTTP/1.1 {Malformed.status} Bad Request",
            f"Content-Type: {CONTENT_TYPE}",
            f"Content-Length: {len(body)}",
            f"X-Request-ID: {request_id}",
            "Connection: close",
        )
        self.transport.write(("\r\n".join(head) + "\r\n\r\n" + body).encode("ascii"))
        self.transport.close()
