"""A kept-alive HTTP/1.1 connection with as little of a client as can be: a comfortable one takes the server's time."""

import asyncio
import json
from typing import Any, Self
from urllib.parse import urlsplit

_END_OF_HEAD = b"\r\n\r\n"


class Connection(asyncio.Protocol):
    """One request at a time."""

    def __init__(self, headers: str) -> None:
        self._headers = headers
        self._received = b""
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None

    @classmethod
    async def open(cls, url: str, *, token: str | None = None, accept: str = "*/*") -> Self:
        address = urlsplit(url)
        bearer = f"Authorization: Bearer {token}\r\n" if token else ""
        headers = f"Host: {address.netloc}\r\n{bearer}Accept: {accept}\r\n"
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(lambda: cls(headers), address.hostname or "", address.port or 80)
        return connection

    async def call(self, method: str, path: str, body: Any = None, *, key: str | None = None) -> tuple[int, bytes]:
        """Status and body. `key` becomes the Idempotency-Key. Raises `ConnectionError`."""
        content = b"" if body is None else json.dumps(body).encode()
        head = f"{method} {path} HTTP/1.1\r\n{self._headers}Content-Length: {len(content)}\r\n"
        head += "Content-Type: application/json\r\n" if content else ""
        head += f"Idempotency-Key: {key}\r\n" if key else ""
        if self._transport.is_closing():
            raise ConnectionResetError(f"{method} {path}: the connection is closed")
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(head.encode() + b"\r\n" + content)
        return await self._answer

    async def read(self, method: str, path: str, body: Any = None, *, key: str | None = None) -> Any:
        """The JSON of an answer that must be a success."""
        return json.loads(await self.succeed(method, path, body, key=key))

    async def succeed(self, method: str, path: str, body: Any = None, *, key: str | None = None) -> bytes:
        """The body of such an answer. Raises `RuntimeError` for another one."""
        status, content = await self.call(method, path, body, key=key)
        if not 200 <= status < 300:
            raise RuntimeError(f"{method} {path}: {status} {content[:200]!r}")
        return content

    def close(self) -> None:
        self._transport.close()

    # --- called by the event loop

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # that of a stream
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, _, content = self._received.partition(_END_OF_HEAD)
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        if not length or len(content) < int(length):
            return
        self._received = b""
        if self._answer is not None and not self._answer.done():  # nobody waits any longer where a measurement failed
            self._answer.set_result((int(head[9:12]), content))

    def connection_lost(self, error: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error or ConnectionResetError("closed before the answer was there"))
