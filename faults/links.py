"""TCP proxies of our own, one between each two parts of the shop: they refuse, reset, hold, or cut at a chosen byte.

What is held back is delivered afterwards, as TCP would after a cable was pulled for a while: streams never lose bytes
in their middle.
"""

import asyncio
import socket
import struct
import threading
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from stack.ports import HOST, private_port

Answer = TypeVar("Answer")

_CHUNK_BYTES = 65_536
_CONNECT_SECONDS = 3
_CALL_SECONDS = 10
_UNTIL_EFFECT_SECONDS = 0.15
"""What was let through has its effect on the other side before the connection is reset."""
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Way(StrEnum):
    """Of bytes; the client is who connected."""

    TO_SERVER = "to the server"
    TO_CLIENT = "to the client"


class Passes(StrEnum):
    """What still goes through of the bytes in which a pattern was met."""

    NOTHING = "nothing"
    UP_TO_PATTERN = "up to the pattern"
    EVERYTHING = "everything"


@dataclass(frozen=True)
class Cut:
    """Reset a connection when `pattern` comes by."""

    pattern: bytes
    way: Way
    passes: Passes


class Link:
    """One port that leads to another. All methods may be called from any thread; the proxy lives in its own."""

    def __init__(self, name: str, *, loop: asyncio.AbstractEventLoop) -> None:
        """Listens only after `open()`; `targets` may be set later still."""
        self.name = name
        self.port = private_port()
        self.targets: list[int] = []
        """Ports; the first that answers is taken."""
        self._loop = loop
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self._gates: dict[Way, asyncio.Event] = {}
        self._is_resetting = False
        self._cut: Cut | None = None
        self._cuts_left = 0

    def open(self) -> None:
        """Pass everything on. Ends whatever was wrong."""
        self._call(self._open())

    def refuse(self) -> None:
        """As when nobody listens: connections are reset, and new ones refused."""
        self._call(self._refuse())

    def reset(self, *, new_ones: bool = True) -> None:
        """Reset all connections, and new ones as soon as they are made."""
        self._is_resetting = new_ones
        self._call(self._reset())

    def hold(self, *ways: Way) -> None:
        """Neither pass anything on nor say so, in both directions or in those that are named."""
        self._call(self._hold(ways or tuple(Way)))

    def cut(self, cut: Cut, *, times: int = 1) -> None:
        """Reset the next so many connections in which the pattern comes by. Others go on as they were."""
        self._cut, self._cuts_left = cut, times

    @property
    def cuts_left(self) -> int:
        """How many of the cuts asked for have not happened yet."""
        return self._cuts_left

    def _call(self, coroutine: Coroutine[Any, Any, Answer]) -> Answer:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(_CALL_SECONDS)

    async def _open(self) -> None:
        self._is_resetting, self._cuts_left = False, 0
        for way in Way:
            self._gates.setdefault(way, asyncio.Event()).set()
        if self._server is None:
            self._server = await asyncio.start_server(self._serve, HOST, self.port, backlog=1024)

    async def _refuse(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        await self._reset()

    async def _reset(self) -> None:
        connections = list(self._connections)
        for task in connections:
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)

    async def _hold(self, ways: tuple[Way, ...]) -> None:
        for way in ways:
            self._gates[way].clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._connections.add(task)
        writers = [writer]
        try:
            if not self._is_resetting:
                await self._gates[Way.TO_SERVER].wait()
                far_reader, far_writer = await self._connect()
                writers.append(far_writer)
                async with asyncio.TaskGroup() as pumps:
                    pumps.create_task(self._pump(reader, far_writer, Way.TO_SERVER))
                    pumps.create_task(self._pump(far_reader, writer, Way.TO_CLIENT))
                for one in writers:
                    one.close()
                writers = []
        except* (OSError, TimeoutError, asyncio.CancelledError):
            pass
        finally:
            self._connections.discard(task)
            for one in writers:
                _abort(one)

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Raises OSError where nobody answers."""
        for port in self.targets:
            with suppress(OSError):
                async with asyncio.timeout(_CONNECT_SECONDS):
                    return await asyncio.open_connection(HOST, port)
        raise ConnectionRefusedError

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: Way) -> None:
        """Raises ConnectionResetError where it is to be cut."""
        tail = b""
        while chunk := await reader.read(_CHUNK_BYTES):
            await self._gates[way].wait()
            if passed := self._cut_here(tail, chunk, way):
                writer.write(chunk[: passed.stop])
                await asyncio.sleep(_UNTIL_EFFECT_SECONDS)
                raise ConnectionResetError
            writer.write(chunk)
            await writer.drain()
            tail = chunk[-32:]
        with suppress(OSError):
            writer.write_eof()

    def _cut_here(self, tail: bytes, chunk: bytes, way: Way) -> slice | None:
        """What of the chunk still goes through; None when it is not to be cut."""
        cut = self._cut
        if cut is None or self._cuts_left <= 0 or way is not cut.way:
            return None
        seen = tail[-(len(cut.pattern) - 1) :] if len(cut.pattern) > 1 else b""
        position = (seen + chunk).find(cut.pattern)
        if position < 0:
            return None
        self._cuts_left -= 1
        end = position + len(cut.pattern) - len(seen)
        return {Passes.NOTHING: slice(0), Passes.UP_TO_PATTERN: slice(end), Passes.EVERYTHING: slice(len(chunk))}[
            cut.passes
        ]


class Links:
    """Named links, in one thread of their own. A context manager."""

    def __init__(self, names: list[str]) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="links", daemon=True)
        self._links = {name: Link(name, loop=self._loop) for name in names}

    def __getitem__(self, name: str) -> Link:
        return self._links[name]

    def __enter__(self) -> "Links":
        self._thread.start()
        for link in self._links.values():
            link.open()
        return self

    def __exit__(self, *_: object) -> None:
        for link in self._links.values():
            link.refuse()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


def _abort(writer: asyncio.StreamWriter) -> None:
    """Close with a reset instead of a goodbye."""
    with suppress(OSError):
        sock: socket.socket = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    writer.transport.abort()
