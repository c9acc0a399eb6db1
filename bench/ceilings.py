"""What is under the shop does at best on this machine, while nothing else is in its way. Nothing is promised here."""

from collections.abc import Callable, Iterator
from functools import partial

from bench.bare_broker import consumed_per_second, published_per_second
from bench.bare_checkout import BareCheckout, scripts_of_checkout
from bench.bare_payment import bare_payments_per_second, buyers
from bench.busy_shop import BusyShop, busy_shop
from bench.flood import CONNECTIONS, flood
from bench.report import Figure
from bench.scale import Scale
from bench.sign_in import THREADS, bare_hashes_per_second
from bench.wallet_rows import open_wallets
from stack.credentials import SERVICES

_LINES = (1, 5)
_EVENT = b"x" * 700
"""As long as an `order.placed`."""

PerSecond = Callable[[], float]


def measure(scale: Scale) -> Iterator[Figure]:
    """In turns: of all, then of all again. The first turn only warms up."""
    with busy_shop() as busy:
        busy.shop.processes.stop_workers()
        ceilings = _of_postgresql(busy, scale) | _of_rabbitmq(busy, scale) | _of_web_stacks(busy, scale)
        ceilings["argon2", f"/s ({THREADS} threads)"] = partial(bare_hashes_per_second, scale.seconds)
        turns = [{name: ceiling() for name, ceiling in ceilings.items()} for _ in range(1 + scale.turns)]
    for name, unit in ceilings:
        yield Figure.median([turn[name, unit] for turn in turns[1:]], name=name, unit=unit)


def _of_postgresql(busy: BusyShop, scale: Scale) -> dict[tuple[str, str], PerSecond]:
    """By pgbench, eight clients, prepared."""
    postgres, log = busy.shop.postgres, busy.shop.output.path("postgres")
    product, payment = (postgres.urls(service).app for service in ("product", "payment"))
    scripts = scripts_of_checkout(busy.url, busy.issuer, _LINES, superuser_url=postgres.superuser_url, log=log)
    checkout = BareCheckout(product, scripts)
    open_wallets(payment, buyers(), balance_minor=10**9)
    return {
        ("pgbench: checkout of one line", "/s"): partial(checkout.per_second, lines=1, seconds=scale.seconds),
        ("pgbench: checkout of five lines", "/s"): partial(checkout.per_second, lines=5, seconds=scale.seconds),
        ("pgbench: payment", "/s"): partial(bare_payments_per_second, payment, seconds=scale.seconds),
    }


def _of_rabbitmq(busy: BusyShop, scale: Scale) -> dict[tuple[str, str], PerSecond]:
    """One connection, and one of the shop's own quorum queues."""
    messages = 5_000 if scale.is_quick else 20_000
    product, payment = (busy.shop.rabbitmq.url(service) for service in ("product", "payment"))
    route = ("product.events", "order.placed")
    return {
        ("published and confirmed", "messages/s"): partial(published_per_second, product, *route, _EVENT, messages),
        ("consumed and acknowledged", "messages/s"): partial(consumed_per_second, payment, "payment.orders", messages),
    }


def _of_web_stacks(busy: BusyShop, scale: Scale) -> dict[tuple[str, str], PerSecond]:
    """The emptiest endpoint of each."""

    def answered(service: str) -> float:
        url = busy.shop.endpoints[service]
        return flood(url, busy.tokens, lambda _: ("GET", "/healthcheck", None), seconds=scale.seconds).per_second

    return {
        (f"{service}: /healthcheck", f"/s ({CONNECTIONS} connections)"): partial(answered, service)
        for service in SERVICES
    }
