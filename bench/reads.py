"""How reading gets slower with how much there is: the catalogue and its pages, one's own orders, a wallet's statement.

Services of each size run side by side, and the same requests go to all in turns: a machine that is shared gets faster
and slower by more than what is asked here. Times are those of an open loop at a moderate rate.
"""

import random
import statistics
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from itertools import cycle, islice

from bench.catalogue_calls import CALLS
from bench.catalogue_rows import CatalogueRows
from bench.flood import flood
from bench.ledger import SHORT_HISTORY, add_history
from bench.open_loop import Client, milliseconds
from bench.order_rows import CUSTOMER, add_catalogue, add_orders
from bench.private_shop import PrivateService, private_service
from bench.report import Figure
from bench.scale import Scale
from bench.token_issuer import TokenIssuer, token_issuer

SMALLEST = 1_000
MOST_GROWTH = 1.5
LONGEST_PAGE_MS = 50
PER_SECOND = 10
"""Requests to each service."""
_WARM_UP = 20


def measure(scale: Scale) -> Iterator[Figure]:
    sizes = (SMALLEST, scale.rows) if scale.is_quick else (SMALLEST, scale.rows // 10, scale.rows)
    with token_issuer() as issuer:
        yield from _catalogue(sizes, issuer, scale)
        yield from _orders(sizes, issuer, scale)
        yield from _wallets(sizes, issuer, scale)


def _catalogue(sizes: Sequence[int], issuer: TokenIssuer, scale: Scale) -> Iterator[Figure]:
    with ExitStack() as stack:
        services = _side_by_side(stack, "product", sizes, issuer)
        for size, service in zip(sizes, services, strict=True):
            with closing(CatalogueRows(service.database.owner)) as rows:
                rows.grow_to(size)
        chance = random.Random(7)  # noqa: S311
        token = issuer.token(CUSTOMER)
        for name, call in CALLS.items():
            is_page = name == "front page"
            accept = "text/html" if is_page else "application/json"
            clients = [Client(service.url, token, accept) for service in services]
            paths = [call(chance) for _ in range(_requests(scale))]
            yield from _figures(name, sizes, clients, paths, scale, most_ms=LONGEST_PAGE_MS if is_page else None)


def _orders(sizes: Sequence[int], issuer: TokenIssuer, scale: Scale) -> Iterator[Figure]:
    """Of a customer who has forty, whatever the number of all orders."""
    with ExitStack() as stack:
        services = _side_by_side(stack, "product", sizes, issuer)
        for size, service in zip(sizes, services, strict=True):
            add_catalogue(service.database)
            add_orders(service.database.owner, first=1, last=size)
        clients = [Client(service.url, issuer.token(CUSTOMER)) for service in services]
        paths = ["/api/v1/orders"] * _requests(scale)
        yield from _figures("own orders", sizes, clients, paths, scale)


def _wallets(sizes: Sequence[int], issuer: TokenIssuer, scale: Scale) -> Iterator[Figure]:
    """The newest page and one in the middle, of a wallet that all the entries are of."""
    with ExitStack() as stack:
        services = _side_by_side(stack, "payment", sizes, issuer)
        for size, service in zip(sizes, services, strict=True):
            add_history(service, wallet=CUSTOMER, movements=size)
        clients = [Client(service.url, issuer.token(CUSTOMER)) for service in services]
        newest = f"/api/v1/wallets/{CUSTOMER}/transactions"
        paths = list(islice(cycle([newest, f"{newest}?cursor=o{SHORT_HISTORY:032x}"]), _requests(scale)))
        yield from _figures("statement", sizes, clients, paths, scale)


def _side_by_side(stack: ExitStack, name: str, sizes: Sequence[int], issuer: TokenIssuer) -> list[PrivateService]:
    settings = {f"{name.upper()}_AUTH_URL": issuer.url}
    return [stack.enter_context(private_service(name, environment=settings)) for _ in sizes]


def _requests(scale: Scale) -> int:
    """To each service."""
    return 40 if scale.is_quick else 220


def _figures(
    name: str,
    sizes: Sequence[int],
    clients: Sequence[Client],
    paths: Sequence[str],
    scale: Scale,
    *,
    most_ms: float | None = None,
) -> Iterator[Figure]:
    """`most_ms` is for the middle size."""
    times = milliseconds(clients, paths, per_second=PER_SECOND * len(clients), warm_up=_WARM_UP)
    p95 = [statistics.quantiles(each, n=20)[-1] for each in times]
    yield Figure.at_most(MOST_GROWTH, name=f"{name}, growth of p95", value=p95[-1] / p95[0], unit="times")
    for number, (size, value) in enumerate(zip(sizes, p95, strict=True)):
        label = f"{name}, p95 at {size:,}"
        if most_ms and number == 1:
            yield Figure.at_most(most_ms, name=label, value=value, unit="ms")
        else:
            yield Figure(label, value, "ms")
    for size, client in zip(sizes, clients, strict=True):
        if client.accept == "application/json":
            done = flood(
                client.url, [client.token] * 8, lambda number: ("GET", paths[number % len(paths)], None),
                seconds=scale.seconds / 2,
            )  # fmt: skip
            yield Figure(f"{name} at {size:,}", done.per_second, "/s")
