"""A whole shop with customers, for measurements of purchases. What settles them can be stopped and started."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any

from bench import statements
from bench.flood import CONNECTIONS
from bench.order_rows import add_catalogue
from bench.private_shop import private_shop
from bench.token_issuer import TokenIssuer, token_issuer
from servicekit.ids import new_id
from stack.parallel import in_parallel
from stack.shop import Shop

PIPELINE = ("payment-consumer", "payment-relay", "product-consumer", "product-relay")
"""What settles orders. The last to start is the first to have work, once all others are ready for it."""

_RICH = "100000000.00"
_LONGEST_SECONDS = 300.0


@dataclass(frozen=True)
class BusyShop:
    shop: Shop
    issuer: TokenIssuer
    tokens: list[str]
    """Of customers, one for each connection of a flood. What they buy they can pay."""

    @property
    def url(self) -> str:
        """Of product."""
        url: str = self.shop.endpoints["product"]
        return url

    def stop_pipeline(self) -> None:
        """Orders are still taken. The clock rests, too: it would ask again for what nobody is to answer."""
        in_parallel(self.shop.processes[name].stop for name in (*self.pipeline(), "product-clock"))

    def start_pipeline(self) -> None:
        for name in ("product-clock", *self.pipeline()):
            self.shop.processes[name].start()
        in_parallel(self.shop.processes[name].wait_until_healthy for name in self.pipeline())

    def pipeline(self) -> list[str]:
        """The names of its processes, of which there may be several of a kind, in the order of `PIPELINE`."""
        return [name for kind in PIPELINE for name in self.shop.processes if name.partition(".")[0] == kind]

    def orders(self) -> tuple[int, int]:
        """How many there are, and how many of them are confirmed."""
        placed, confirmed = self.row("SELECT count(*), count(*) FILTER (WHERE status = 'confirmed') FROM orders")
        return placed, confirmed

    def wait_until_confirmed(self) -> None:
        """All orders. Looks rarely: it is the shop that is to be busy."""
        deadline = time.monotonic() + _LONGEST_SECONDS
        while len(set(self.orders())) > 1:
            if time.monotonic() > deadline:
                raise TimeoutError(f"orders and those confirmed after {_LONGEST_SECONDS} s: {self.orders()}")
            time.sleep(0.3)

    def row(self, statement: str, *parameters: Any) -> Any:
        """The one row that the statement yields, of product's database."""
        return statements.row(self.shop.postgres.urls("product").app, statement, *parameters)

    @contextmanager
    def web_workers(self, count: int) -> Iterator[None]:
        """Inside the block product's web process has so many workers."""
        web = self.shop.processes["product-web"]
        usual = web.command
        try:
            web.stop()
            web.command = replace(usual, environment={**usual.environment, "PRODUCT_WEB_WORKERS": str(count)})
            web.start()
            web.wait_until_healthy()
            yield
        finally:
            web.stop()
            web.command = usual
            web.start()
            web.wait_until_healthy()


class _Lender:
    """Has one shop for all who ask in turn, where several measurements are to share it."""

    def __init__(self) -> None:
        self.is_lending = False
        self._stack = ExitStack()
        self._busy: BusyShop | None = None

    def lend(self) -> BusyShop:
        if self._busy is None:
            self._busy = self._stack.enter_context(_new_shop())
        return self._busy

    def close(self) -> None:
        self._busy = None
        self._stack.close()


_lender = _Lender()


@contextmanager
def busy_shop() -> Iterator[BusyShop]:
    """All processes run."""
    if not _lender.is_lending:
        with _new_shop() as busy:
            yield busy
        return
    try:
        yield _lender.lend()
    except BaseException:
        _lender.close()  # who knows in what state it is: the next measurement gets a new one
        raise


@contextmanager
def one_shop_for_all() -> Iterator[None]:
    """Inside the block, measurements share what `busy_shop` yields. Each leaves it as it was, but for the orders."""
    _lender.is_lending = True
    try:
        yield
    finally:
        _lender.is_lending = False
        _lender.close()


@contextmanager
def _new_shop() -> Iterator[BusyShop]:
    with token_issuer() as issuer:
        settings = {
            "PRODUCT_AUTH_URL": issuer.url,
            "PAYMENT_AUTH_URL": issuer.url,
            "PAYMENT_STARTING_BALANCE": _RICH,
        }
        with private_shop(settings) as shop:
            add_catalogue(shop.postgres.urls("product"))
            yield BusyShop(shop, issuer, [issuer.token(new_id()) for _ in range(CONNECTIONS)])
