"""A kept-alive HTTP/1.1 connection with as little of a client as can be: a comfortable one takes the server's time."""

import asyncio
import json
from typing import Any, Self
from urllib.parse import urlsplit


class Connection:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, headers: str) -> None:
        self._reader = reader
        self._writer = writer
        self._headers = headers

    @classmethod
    async def open(cls, url: str, *, token: str | None = None, accept: str = "*/*") -> Self:
        address = urlsplit(url)
        bearer = f"Authorization: Bearer {token}\r\n" if token else ""
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        return cls(reader, writer, f"Host: {address.netloc}\r\n{bearer}Accept: {accept}\r\n")

    async def call(self, method: str, path: str, body: Any = None, *, key: str | None = None) -> tuple[int, bytes]:
        """Status and body. `key` becomes the Idempotency-Key."""
        content = b"" if body is None else json.dumps(body).encode()
        head = f"{method} {path} HTTP/1.1\r\n{self._headers}Content-Length: {len(content)}\r\n"
        head += "Content-Type: application/json\r\n" if content else ""
        head += f"Idempotency-Key: {key}\r\n" if key else ""
        self._writer.write(head.encode() + b"\r\n" + content)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        length = int(answer.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        return int(answer[9:12]), await self._reader.readexactly(length)

    async def read(self, method: str, path: str, body: Any = None, *, key: str | None = None) -> Any:
        """The JSON of an answer that must be a success."""
        status, content = await self.call(method, path, body, key=key)
        if not 200 <= status < 300:
            raise RuntimeError(f"{method} {path}: {status} {content[:200]!r}")
        return json.loads(content)

    def close(self) -> None:
        self._writer.close()
