"""How long a buyer waits at a moderate load: for the order to be accepted, and for it to be paid.

Open loop: orders come at a constant rate, whether or not those before them were answered, and each one's time counts
from the moment when it was due. Times of commits are PostgreSQL's own, kept with each transaction.
"""

import asyncio
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass

import uvloop

from bench.busy_shop import BusyShop, busy_shop
from bench.connection import Connection
from bench.consistency import violations_of
from bench.order_rows import order_of
from bench.report import Figure
from bench.scale import Scale
from bench.statements import execute
from servicekit.ids import new_id

PER_SECOND = 50
ACCEPTED_P99_MS, CONFIRMED_P50_MS, CONFIRMED_P99_MS, AT_REST_MS = 50, 60, 250, 60
_CONNECTIONS = 32

# Milliseconds from an order's placing, which is when its row was written, to the commit that confirmed it.
_CONFIRMED = """
    SELECT array_agg(extract(epoch FROM pg_xact_commit_timestamp(entry.xmin) - placed_at)::float * 1000)
    FROM orders JOIN order_events AS entry ON order_id = orders.id AND type = 'paid' WHERE orders.id = ANY(%s::uuid[])
"""


@dataclass(frozen=True)
class Round:
    """In milliseconds, of each order."""

    accepted: list[float]
    confirmed: list[float]


def measure(scale: Scale) -> Iterator[Figure]:
    """Rounds of the load, then orders one by one."""
    orders = PER_SECOND * (4 if scale.is_quick else 20)
    with busy_shop() as busy:
        _keep_times_of_commits(busy)
        _round(busy, [number / PER_SECOND for number in range(5 * PER_SECOND)])  # warms up
        rounds = [_round(busy, [number / PER_SECOND for number in range(orders)]) for _ in range(scale.turns)]
        # No whole number of anybody's rounds apart.
        at_rest = _round(busy, [number * 0.517 for number in range(10 * scale.turns)], connections=1)
        violations = violations_of(busy.shop)
    for name, quantile, most in (("p50", 50, None), ("p99", 99, ACCEPTED_P99_MS)):
        values = [_quantile(each.accepted, quantile) for each in rounds]
        yield Figure.median(values, name=f"accepted at {PER_SECOND} orders/s, {name}", unit="ms", at_most=most)
    for name, quantile, most in (("p50", 50, CONFIRMED_P50_MS), ("p99", 99, CONFIRMED_P99_MS)):
        values = [_quantile(each.confirmed, quantile) for each in rounds]
        yield Figure.median(values, name=f"confirmed at {PER_SECOND} orders/s, {name}", unit="ms", at_most=most)
    yield Figure.median(at_rest.confirmed, name="confirmed, one order at rest", unit="ms", at_most=AT_REST_MS)
    yield violations


def _keep_times_of_commits(busy: BusyShop) -> None:
    """PostgreSQL reads this setting at its start. The services bear that."""
    execute(busy.shop.postgres.superuser_url, "ALTER SYSTEM SET track_commit_timestamp = on")
    busy.shop.postgres.stop()
    busy.shop.postgres.start()


def _round(busy: BusyShop, due: list[float], *, connections: int = _CONNECTIONS) -> Round:
    """Orders that are due so many seconds from now. Each connection gets its turn: one that rests is closed."""
    placed = uvloop.run(_buy(busy, due, connections))
    busy.wait_until_confirmed()
    (confirmed,) = busy.row(_CONFIRMED, list(placed))
    return Round(list(placed.values()), confirmed)


async def _buy(busy: BusyShop, due: list[float], count: int) -> dict[str, float]:
    """Milliseconds until each order was accepted, by its id."""
    free: asyncio.Queue[Connection] = asyncio.Queue()
    connections = [await Connection.open(busy.url, token=busy.tokens[n % len(busy.tokens)]) for n in range(count)]
    for connection in connections:
        free.put_nowait(connection)
    started = time.perf_counter()

    async def buy(number: int, seconds: float) -> tuple[str, float]:
        await asyncio.sleep(started + seconds - time.perf_counter())
        connection = await free.get()
        order = await connection.read("POST", "/api/v1/orders", order_of(number * 31), key=str(new_id()))
        free.put_nowait(connection)
        return order["id"], (time.perf_counter() - started - seconds) * 1000

    placed = dict(await asyncio.gather(*(buy(number, seconds) for number, seconds in enumerate(due))))
    for connection in connections:
        connection.close()
    return placed


def _quantile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100)[percent - 1]
