"""A TCP proxy between one service and PostgreSQL: it can lose its database while all other tests keep theirs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

_CHUNK_BYTES = 65_536


class DatabaseProxy:
    """Its states: passing; frozen (accepts connections and is silent); refusing (accepts none, breaks those it has)."""

    def __init__(self, database_url: str) -> None:
        self._parts = urlsplit(database_url)
        self._passing = asyncio.Event()
        self._connections: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._port = 0

    @property
    def url(self) -> str:
        """The database's URL by way of the proxy."""
        address = f"{self._parts.username}:{self._parts.password}@127.0.0.1:{self._port}"
        return self._parts._replace(netloc=address).geturl()

    async def recover(self) -> None:
        """Pass everything on again, and what was held back."""
        self._passing.set()
        if self._server is None:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)
            self._port = self._server.sockets[0].getsockname()[1]

    async def freeze(self) -> None:
        """Be a frozen server, or a cut cable."""
        self._passing.clear()

    async def refuse(self) -> None:
        """Be a server that was stopped."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = asyncio.current_task()
        assert connection is not None
        self._connections.add(connection)
        try:
            server_reader, server_writer = await asyncio.open_connection(self._parts.hostname, self._parts.port)
            try:
                async with asyncio.TaskGroup() as directions:
                    directions.create_task(self._pass_on(reader, server_writer))
                    directions.create_task(self._pass_on(server_reader, writer))
            finally:
                server_writer.close()
        except* (OSError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            self._connections.discard(connection)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while chunk := await reader.read(_CHUNK_BYTES):
            await self._passing.wait()
            writer.write(chunk)
            await writer.drain()
        raise ConnectionResetError  # the other direction ends with this one


@asynccontextmanager
async def database_proxy(database_url: str) -> AsyncIterator[DatabaseProxy]:
    proxy = DatabaseProxy(database_url)
    await proxy.recover()
    try:
        yield proxy
    finally:
        await proxy.refuse()
