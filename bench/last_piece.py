"""Two hundred buyers who want the same last piece at the same moment, over HTTP: one gets it, nobody waits for long."""

import asyncio
import statistics
import time
from collections import Counter
from collections.abc import Iterator

from bench.connection import Connection
from bench.consistency import faults_of_pieces
from bench.order_rows import add_catalogue, order_of, set_stock
from bench.private_shop import private_service
from bench.report import Figure
from bench.scale import Scale
from bench.token_issuer import token_issuer
from servicekit.ids import new_id

BUYERS = 200
LONGEST_WAIT_SECONDS = 2

Answer = tuple[int, float]
"""The status, and how many seconds it took."""


def measure(scale: Scale) -> Iterator[Figure]:
    with (
        token_issuer() as issuer,
        private_service("product", environment={"PRODUCT_AUTH_URL": issuer.url}) as product,
    ):
        add_catalogue(product.database)
        slowest, statuses = list[float](), list[Counter[int]]()
        for number in range(scale.turns):
            set_stock(product.database.app, number=number, pieces=1)
            tokens = [issuer.token(new_id()) for _ in range(BUYERS)]
            answers = asyncio.run(_rush(product.url, tokens, number))
            slowest.append(max(seconds for _, seconds in answers))
            statuses.append(Counter(status for status, _ in answers))
        faults = faults_of_pieces(product)
    yield Figure("buyers of one last piece", BUYERS, "")
    sold = max(counted[202] for counted in statuses)
    refused = min(counted[409] for counted in statuses)
    yield Figure.at_most(1, name="who got it", value=sold, unit="")
    yield Figure.at_least(BUYERS - 1, name="who were told that it is sold", value=refused, unit="")
    yield Figure.at_most(LONGEST_WAIT_SECONDS, name="the slowest answer", value=statistics.median(slowest), unit="s")
    yield faults


async def _rush(url: str, tokens: list[str], wanted: int) -> list[Answer]:
    connections = [await Connection.open(url, token=token) for token in tokens]
    try:
        return await asyncio.gather(*(_buy(connection, wanted) for connection in connections))
    finally:
        for connection in connections:
            connection.close()


async def _buy(connection: Connection, wanted: int) -> Answer:
    started = time.perf_counter()
    status, _ = await connection.call("POST", "/api/v1/orders", order_of(wanted), key=str(new_id()))
    return status, time.perf_counter() - started
