"""What more processes of a kind bring on one machine, and whether all stays right when they share the work."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

from bench.busy_shop import PIPELINE, BusyShop, busy_shop
from bench.checkout import order
from bench.consistency import faults_of_pieces, violations_of
from bench.flood import CONNECTIONS, flood
from bench.order_rows import add_catalogue
from bench.pipeline import settled_per_second
from bench.private_shop import PrivateService, private_service
from bench.report import Figure
from bench.scale import Scale
from bench.token_issuer import TokenIssuer, token_issuer
from servicekit.ids import new_id

COUNTS = (1, 2, 4)
_ORDERS, _QUICK_ORDERS = 6_000, 2_000
_WARM_UP_ORDERS = 200


def measure(scale: Scale) -> Iterator[Figure]:
    yield from _settling(scale)
    yield from _placing(scale)


def _settling(scale: Scale) -> Iterator[Figure]:
    """So many of each process of the pipeline."""
    orders = _QUICK_ORDERS if scale.is_quick else _ORDERS
    with busy_shop() as busy:
        settled_per_second(busy, orders // 4)  # warms up
        found = {}
        for count in COUNTS:
            _grow_to(busy, count)
            found[count] = [settled_per_second(busy, orders) for _ in range(scale.turns)]
        violations = violations_of(busy.shop)
    for count, rounds in found.items():
        yield Figure.median(rounds, name=f"relays and consumers: {count} of each", unit="confirmed/s")
    yield violations


def _grow_to(busy: BusyShop, count: int) -> None:
    while len(busy.pipeline()) < count * len(PIPELINE):
        for kind in PIPELINE:
            busy.shop.processes.start_another(kind)


def _placing(scale: Scale) -> Iterator[Figure]:
    """So many workers of product's web process, in turns."""
    with token_issuer() as issuer, ExitStack() as stack:
        services = {count: stack.enter_context(_product(issuer, web_workers=count)) for count in COUNTS}
        tokens = [issuer.token(new_id()) for _ in range(CONNECTIONS)]
        for product in services.values():
            flood(product.url, tokens, partial(order, 1), requests=_WARM_UP_ORDERS)
        turns = [
            {
                count: flood(product.url, tokens, partial(order, 1), seconds=scale.seconds).per_second
                for count, product in services.items()
            }
            for _ in range(scale.turns)
        ]
        for count in COUNTS:
            yield Figure.median([turn[count] for turn in turns], name=f"web workers: {count}", unit="orders/s")
        for product in services.values():
            yield faults_of_pieces(product)


@contextmanager
def _product(issuer: TokenIssuer, *, web_workers: int) -> Iterator[PrivateService]:
    environment = {"PRODUCT_AUTH_URL": issuer.url, "PRODUCT_WEB_WORKERS": str(web_workers)}
    with private_service("product", environment=environment) as product:
        add_catalogue(product.database)
        yield product
