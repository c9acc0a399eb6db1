"""`make demo`: a new customer buys two things in the running shop, over HTTP only, and sees how the order went."""

import secrets
import sys
from datetime import datetime
from typing import Any

import httpx2

from stack.files import read_json
from stack.shop import ROOT
from stack.terminal import Terminal

Json = dict[str, Any]

_ENDPOINTS = ROOT / ".run" / "endpoints.json"
_FINAL = "paid,failed,cancelled"


class Customer:
    """Somebody who registers and buys. Every call raises httpx2.HTTPStatusError on an answer of 400 and above."""

    def __init__(self, http: httpx2.Client, urls: Json) -> None:
        self._http = http
        self._urls = urls
        self.username = f"demo-{secrets.token_hex(4)}"
        self._password = secrets.token_urlsafe(12)

    def register(self) -> None:
        email = f"{self.username}@example.com"
        self._call("POST", "auth", "/register", json=self._named() | {"email": email})

    def sign_in(self) -> None:
        token = self._call("POST", "auth", "/token", data=self._named() | {"grant_type": "password"})
        self._http.headers["Authorization"] = f"Bearer {token['access_token']}"

    def affordable_products(self) -> list[Json]:
        query = {"in_stock": "true", "ordering": "price", "limit": "8"}
        results: list[Json] = self._call("GET", "product", "/api/v1/products", params=query)["results"]
        return results

    def buy(self, products: list[Json]) -> Json:
        """The order as accepted; payment has not answered yet."""
        lines = [{"product_id": product["id"], "quantity": 1} for product in products]
        key = {"Idempotency-Key": secrets.token_urlsafe(16)}
        return self._call("POST", "product", "/api/v1/orders", json={"lines": lines}, headers=key)

    def wait_for(self, order: Json) -> Json:
        return self._call("GET", "product", f"/api/v1/orders/{order['id']}", params={"wait": "10", "until": _FINAL})

    def timeline(self, order: Json) -> list[Json]:
        events: list[Json] = self._call("GET", "product", f"/api/v1/orders/{order['id']}/events")["results"]
        return events

    def wallets(self) -> list[Json]:
        results: list[Json] = self._call("GET", "payment", "/api/v1/wallets")["results"]
        return results

    def _named(self) -> dict[str, str]:
        return {"username": self.username, "password": self._password}

    def _call(self, method: str, service: str, path: str, **request: Any) -> Json:
        response = self._http.request(method, f"{self._urls[service]}{path}", **request)
        response.raise_for_status()
        body: Json = response.json()
        return body


def buy_something(customer: Customer, terminal: Terminal) -> Json:
    """The purchase from registration to the answer; the order as it stands at the end."""
    with terminal.step(f"Registering {customer.username}"):
        customer.register()
    with terminal.step("Signing in"):
        customer.sign_in()
    with terminal.step("Looking at the products"):
        products = customer.affordable_products()
    terminal.table("Products", [[item["name"], item["price"], item["currency"]] for item in products])
    with terminal.step("Ordering the first two"):
        order = customer.buy(products[:2])
    with terminal.step("Waiting for the payment"):
        return customer.wait_for(order)


def show(customer: Customer, order: Json, terminal: Terminal) -> None:
    """The order, its timeline in milliseconds since it was placed, and what is left in the wallet."""
    lines = [
        [line["name"], f"{line['quantity']} x {line['unit_price']} {order['currency']}"] for line in order["lines"]
    ]
    terminal.table(f"Order {order['number']}", [*lines, ["Total", f"{order['total']} {order['currency']}"]])
    events = customer.timeline(order)
    placed = datetime.fromisoformat(events[0]["occurred_at"])
    rows = [
        [
            f"+{(datetime.fromisoformat(event['occurred_at']) - placed).total_seconds() * 1000:.0f} ms",
            event["type"],
            f"{event['status']} / {event['payment_status']}",
            f"because of {event['cause']}",
        ]
        for event in events
    ]
    terminal.table("What happened", rows)
    balances = [f"{wallet['balance']} {wallet['currency']}" for wallet in customer.wallets()]
    terminal.say(f"  The order is {order['payment_status']}. Left in the wallet: {', '.join(balances)}.")


def main() -> int:
    terminal = Terminal()
    urls = read_json(_ENDPOINTS)
    if urls is None:
        terminal.say("The shop is not running. Start it with `make up`, then try again in another terminal.")
        return 1
    with httpx2.Client(timeout=15, trust_env=False) as http:
        customer = Customer(http, urls)
        try:
            order = buy_something(customer, terminal)
            show(customer, order, terminal)
        except httpx2.HTTPStatusError as error:
            terminal.say(f"\n{error}\n{error.response.text}")
            return 1
        except httpx2.TransportError as error:
            terminal.say(f"\nThe shop does not answer: {error}")
            return 1
    return 0 if order["payment_status"] == "paid" else 1


if __name__ == "__main__":
    sys.exit(main())
