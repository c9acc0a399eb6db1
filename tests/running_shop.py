"""The whole shop as tests see it: its people over HTTP, its databases and its broker from behind."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Self

import httpx2
import psycopg2

from servicekit.ids import new_id
from stack.credentials import SERVICES
from stack.shop import Shop
from tests.shop_client import Customer, Json, Visitor

_CONNECTIONS = httpx2.Limits(max_connections=200, max_keepalive_connections=50)


@dataclass(frozen=True)
class Addresses:
    """Where a running shop is, and the accounts that open it. Plain values, so that another process can be told."""

    urls: dict[str, str]
    """Of the HTTP interfaces, by service."""
    databases: dict[str, str]
    """By service, for its application role."""
    brokers: dict[str, str]
    """AMQP addresses, by broker user."""
    accounts: dict[str, dict[str, str]]
    """User name and password, by role."""
    auditors: dict[str, str]
    """Addresses of databases for those who reconcile them, by service."""
    signing_keys: str
    """The folder of auth's private keys."""

    @classmethod
    def of(cls, shop: Shop) -> Self:
        return cls(
            urls={service: shop.endpoints[service] for service in SERVICES},
            databases={service: shop.postgres.urls(service).app for service in SERVICES},
            brokers={user: shop.rabbitmq.url(user) for user in (*SERVICES, "operator")},
            accounts=shop.endpoints["accounts"],
            auditors=shop.endpoints["auditors"],
            signing_keys=shop.environment["AUTH_SIGNING_KEYS_DIR"],
        )

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class RunningShop:
    """One connection pool to a shop that somebody else keeps running. Close it."""

    def __init__(self, addresses: Addresses) -> None:
        self.addresses = addresses
        self.lost_events: set[str] = set()
        """Ids of events that a test has destroyed in the broker, and that nobody will ever process."""
        self._http = httpx2.Client(timeout=40, trust_env=False, limits=_CONNECTIONS)

    def close(self) -> None:
        self._http.close()

    # --- people

    @property
    def visitor(self) -> Visitor:
        """Nobody in particular."""
        return Visitor(self._http, self.addresses.urls)

    def bearer_of(self, token: str) -> Visitor:
        return Visitor(self._http, self.addresses.urls, token=token)

    @cached_property
    def staff(self) -> Visitor:
        return self.visitor.sign_in(**self.addresses.accounts["staff"])

    @cached_property
    def admin(self) -> Visitor:
        return self.visitor.sign_in(**self.addresses.accounts["admin"])

    def new_customer(self) -> Customer:
        return self.visitor.register()

    def new_product(self, **values: Any) -> Json:
        """A product of the test's own: 100 pieces for 10.00 EUR each, unless `values` say otherwise."""
        sku = f"TEST-{new_id().hex[-12:].upper()}"
        category = self.visitor.read("product", "/api/v1/categories")["results"][0]
        body = {"sku": sku, "name": f"Product {sku}", "category": category["slug"], "price": "10.00", "stock": 100}
        response = self.staff.post("product", "/api/v1/products", body | {"currency": "EUR"} | values)
        assert response.status_code == 201, response.text
        product: Json = response.json()
        return product

    # --- behind the counter

    def rows(self, service: str, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Run one statement on the service's database, in a transaction of its own."""
        connection = psycopg2.connect(self.addresses.databases[service], connect_timeout=3)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement, parameters)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    @contextmanager
    def held_up(self, service: str, statement: str, *parameters: Any) -> Iterator[None]:
        """Keep the transaction of a statement open inside the block: who needs the rows that it locks has to wait."""
        connection = psycopg2.connect(self.addresses.databases[service], connect_timeout=3)
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement, parameters)
            yield
        finally:
            connection.close()

    def stock(self, product: Json) -> tuple[int, int, int]:
        """Pieces of the product on hand, reserved and sold."""
        query = "SELECT on_hand, reserved, sold FROM stock WHERE product_id = %s"
        ((on_hand, reserved, sold),) = self.rows("product", query, product["id"])
        return on_hand, reserved, sold

    def number(self, service: str, statement: str, *parameters: Any) -> int:
        """The one number that the statement yields."""
        return int(self.rows(service, statement, *parameters)[0][0])
