"""What PostgreSQL itself makes of placing an order: the service's very statements, run by pgbench."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import UUID

from bench.connection import Connection
from bench.order_rows import PRODUCTS, add_catalogue, order_of, product_id
from bench.pgbench import transactions_per_second
from bench.private_shop import private_service
from bench.replay import Watch, script, watching
from bench.token_issuer import TokenIssuer, token_issuer
from servicekit.ids import new_id

_FIRST = 7


@dataclass(frozen=True)
class BareCheckout:
    """Places orders that no service knows of, in product's database."""

    database_url: str
    scripts: dict[int, str]
    """By the number of lines of an order."""

    def per_second(self, *, lines: int, seconds: float) -> float:
        return transactions_per_second(self.scripts[lines], database_url=self.database_url, seconds=seconds)


@contextmanager
def bare_checkout(lines: Sequence[int]) -> Iterator[BareCheckout]:
    """With servers of its own. A product service places an order of each length there, and rests from then on."""
    with (
        token_issuer() as issuer,
        private_service("product", environment={"PRODUCT_AUTH_URL": issuer.url}) as product,
    ):
        add_catalogue(product.database)
        superuser_url, log = product.servers.postgres.superuser_url, product.output.path("postgres")
        scripts = scripts_of_checkout(product.url, issuer, lines, superuser_url=superuser_url, log=log)
        yield BareCheckout(product.database.app, scripts)


def scripts_of_checkout(
    url: str, issuer: TokenIssuer, lines: Sequence[int], *, superuser_url: str, log: Path
) -> dict[int, str]:
    """Has orders placed and looks on: nobody else may use the server meanwhile. `log` is PostgreSQL's."""
    place = partial(_place, url, issuer.token(buyer := new_id()))
    with watching(superuser_url, log) as watch:
        return {number: _script(place, watch, number, buyer) for number in lines}


def _script(place: Callable[..., str], watch: Watch, lines: int, buyer: UUID) -> str:
    watch.statements_of(lambda: place(lines, key=str(new_id())))  # the first time, more is asked than later
    key, numbers = str(new_id()), list[str]()
    statements = watch.statements_of(lambda: numbers.append(place(lines, key=key)))
    ids = [product_id(_FIRST + step) for step in range(lines)]
    return script(statements, product_ids=ids, products=PRODUCTS, fixed={buyer}, texts={key, *numbers})


def _place(url: str, token: str, lines: int, *, key: str) -> str:
    """Returns the order's number."""

    async def place() -> str:
        connection = await Connection.open(url, token=token)
        order = await connection.read("POST", "/api/v1/orders", order_of(_FIRST, lines=lines), key=key)
        connection.close()
        return str(order["number"])

    return asyncio.run(place())
