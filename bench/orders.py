"""Orders: what a million of them does to everything, and how many clients may wait for theirs."""

import asyncio
import statistics
import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from bench.connection import Connection
from bench.consistency import faults_of_pieces
from bench.order_rows import CUSTOMER, add_catalogue, add_orders, order_of
from bench.private_shop import PrivateService, private_service
from bench.report import Figure
from bench.scale import Scale
from bench.token_issuer import TokenIssuer, token_issuer
from servicekit.ids import new_id

WAITING = 200
ROUNDS = 5
CALLS = 100

GREATEST_GROWTH = 1.5
LONGEST_MEANWHILE_MILLISECONDS = 500

_STAFF_LISTS = {
    "staff: to be packed": "?status=confirmed&fulfillment_status=unfulfilled",
    "staff: refunded": "?payment_status=refunded",
    "staff: one customer's": f"?user_id={CUSTOMER}",
    "staff: ten minutes": "?placed_from=2025-01-01T00:00:00Z&placed_to=2025-01-01T00:10:00Z",
    "staff: by number": "?number=2025-0000500",
}


def measure(scale: Scale) -> Iterator[Figure]:
    """The product service alone: all others rest."""
    with (
        token_issuer() as issuer,
        private_service("product", environment={"PRODUCT_AUTH_URL": issuer.url}) as product,
    ):
        add_catalogue(product.database)
        yield from asyncio.run(_waiting(product, issuer))
        yield faults_of_pieces(product)
        yield from _growth(product, issuer, scale)


async def _waiting(product: PrivateService, issuer: TokenIssuer) -> list[Figure]:
    """Others are answered while many wait for an order that nobody will ship."""
    token = issuer.token(new_id())
    connection = await Connection.open(product.url, token=token)
    order = await connection.read("POST", "/api/v1/orders", order_of(1), key=str(new_id()))
    path = f"/api/v1/orders/{order['id']}"
    waiting = [await Connection.open(product.url, token=token) for _ in range(WAITING)]
    waits = asyncio.gather(*(one.read("GET", f"{path}?wait=8&until=shipped") for one in waiting))
    await asyncio.sleep(3)
    meanwhile = await _seconds(connection, [("GET", path, None)] * 100)
    answers = await waits
    for one in (*waiting, connection):
        one.close()
    return [
        Figure("clients that waited", len(answers), ""),
        Figure.at_most(
            LONGEST_MEANWHILE_MILLISECONDS, name="an order read meanwhile, p95", value=_p95(meanwhile) * 1000, unit="ms"
        ),
    ]


def _growth(product: PrivateService, issuer: TokenIssuer, scale: Scale) -> Iterator[Figure]:
    """p95 of the same calls with more and more orders in the database."""
    last, found = 0, list[dict[str, float]]()
    for size in (scale.rows // 1000, scale.rows // 10, scale.rows):
        add_orders(product.database.owner, first=last + 1, last=max(size, 1000))
        last = max(size, 1000)
        found.append(asyncio.run(_p95_of_all(product.url, issuer)))
    for name, milliseconds in found[-1].items():
        yield Figure(f"{name}, p95 with {last:,} orders", milliseconds, "ms")
        growth = milliseconds / found[0][name]
        yield Figure.at_most(GREATEST_GROWTH, name=f"{name}, growth since 1,000", value=growth, unit="x")


async def _p95_of_all(url: str, issuer: TokenIssuer) -> dict[str, float]:
    """Milliseconds by name of the call. In turns, so that a busy moment of the machine meets all kinds of calls."""
    customer, staff = issuer.token(CUSTOMER), issuer.token(UUID(int=1), role="staff")
    connection = await Connection.open(url, token=customer)
    history = await connection.read("GET", "/api/v1/orders")
    connection.close()
    path = f"/api/v1/orders/{history['results'][0]['id']}"
    calls = {
        "one order": (customer, ("GET", path, None)),
        "its timeline": (customer, ("GET", f"{path}/events", None)),
        **{name: (staff, ("GET", f"/api/v1/orders{query}", None)) for name, query in _STAFF_LISTS.items()},
        "placing an order": (staff, ("POST", "/api/v1/orders", order_of(3))),
    }
    found: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(ROUNDS):
        for name, (token, call) in calls.items():
            # A connection each: the server closes those that rest.
            connection = await Connection.open(url, token=token)
            await _seconds(connection, [call] * 10)
            found[name].append(_p95(await _seconds(connection, [call] * CALLS)) * 1000)
            connection.close()
    return {name: statistics.median(rounds) for name, rounds in found.items()}


async def _seconds(connection: Connection, calls: list[tuple[str, str, Any]]) -> list[float]:
    taken = []
    for method, path, body in calls:
        started = time.perf_counter()
        await connection.read(method, path, body)
        taken.append(time.perf_counter() - started)
    return taken


def _p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]
