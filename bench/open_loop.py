"""Requests at a constant rate, whether or not those before them were answered: each one's time counts from when it was
due, so that a slow answer is not hidden by the requests that it keeps from being sent."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

import uvloop

from bench.connection import Connection

_CONNECTIONS = 8
"""For each server: more requests than these wait for their turn, which counts."""


@dataclass(frozen=True)
class Client:
    """Of one server, whose clients come with this token and want this kind of answer."""

    url: str
    token: str
    accept: str = "application/json"


def milliseconds(
    clients: Sequence[Client], paths: Sequence[str], *, per_second: float, warm_up: int
) -> list[list[float]]:
    """Get each path from each server, in turns. The times for each server, without those of the first `warm_up` paths.

    `per_second`: requests to all servers together. Raises `RuntimeError` for an answer that is no success.
    """
    return uvloop.run(_milliseconds(clients, paths, per_second, warm_up))


async def _milliseconds(
    clients: Sequence[Client], paths: Sequence[str], per_second: float, warm_up: int
) -> list[list[float]]:
    free = [asyncio.Queue[Connection]() for _ in clients]
    for queue, client in zip(free, clients, strict=True):
        for _ in range(_CONNECTIONS):
            queue.put_nowait(await Connection.open(client.url, token=client.token, accept=client.accept))
    started = time.perf_counter()

    async def get(number: int) -> float:
        path, queue = paths[number // len(clients)], free[number % len(clients)]
        due = started + number / per_second
        await asyncio.sleep(due - time.perf_counter())
        connection = await queue.get()
        status, content = await connection.call("GET", path)
        queue.put_nowait(connection)
        if status != 200:
            raise RuntimeError(f"GET {path}: {status} {content[:200]!r}")
        return (time.perf_counter() - due) * 1000

    times = await asyncio.gather(*(get(number) for number in range(len(paths) * len(clients))))
    for queue in free:
        while not queue.empty():
            queue.get_nowait().close()
    return [times[offset + warm_up * len(clients) :: len(clients)] for offset in range(len(clients))]
