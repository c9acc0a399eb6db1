"""As many requests as a web server takes, from a client that costs little: it works on the same cores."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import uvloop

from bench.connection import Connection
from servicekit.ids import new_id

CONNECTIONS = 16

Call = Callable[[int], tuple[str, str, Any]]
"""The method, path and body of the request with this number."""


@dataclass(frozen=True)
class Flood:
    """What came of it. All requests were answered with success."""

    answered: int
    per_second: float
    client_cores: float
    """How much of a processor core the client took for itself."""


def flood(url: str, tokens: Sequence[str], call: Call, *, seconds: float = 1e9, requests: int = 10**9) -> Flood:
    """One connection for each token, each with its next request as soon as it has its answer, until either limit.

    A request that changes something has a key, as those of real clients have. Raises `RuntimeError` for an answer that
    is no success.
    """
    return uvloop.run(_flood(url, tokens, call, seconds, requests))


async def _flood(url: str, tokens: Sequence[str], call: Call, seconds: float, requests: int) -> Flood:
    connections = [await Connection.open(url, token=token) for token in tokens]
    numbers = iter(range(requests))
    started, worked = time.perf_counter(), time.process_time()
    deadline = started + seconds

    async def ask(connection: Connection) -> int:
        count = 0
        while time.perf_counter() < deadline and (number := next(numbers, None)) is not None:
            method, path, body = call(number)
            await connection.succeed(method, path, body, key=None if method == "GET" else str(new_id()))
            count += 1
        return count

    answered = sum(await asyncio.gather(*(ask(connection) for connection in connections)))
    took, worked = time.perf_counter() - started, time.process_time() - worked
    for connection in connections:
        connection.close()
    return Flood(answered, answered / took, worked / took)
