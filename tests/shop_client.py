"""People of the shop as tests play them: whoever talks to the three services over HTTP, and customers who buy."""

import json
import time
from collections.abc import Mapping
from typing import Any, Self

import httpx2

from servicekit.ids import new_id

Json = dict[str, Any]
JSON_TYPE = {"Content-Type": "application/json"}
PASSWORD = "correct horse battery staple"


class Visitor:
    """Somebody with an access token, or without one."""

    def __init__(self, http: httpx2.Client, urls: Mapping[str, str], *, token: str | None = None) -> None:
        """`urls` by service."""
        self.http = http
        self.urls = urls
        self.token = token

    def call(
        self, method: str, service: str, path: str, *, headers: Mapping[str, str] | None = None, **request: Any
    ) -> httpx2.Response:
        """`request` is httpx2's own: `json=`, `params=`, `content=`, …"""
        credentials = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return self.http.request(
            method, self.urls[service] + path, headers={**credentials, **(headers or {})}, **request
        )

    def get(self, service: str, path: str, **params: Any) -> httpx2.Response:
        return self.call("GET", service, path, params=params or None)

    def read(self, service: str, path: str, **params: Any) -> Json:
        """The body of an answer that must be 200."""
        response = self.get(service, path, **params)
        assert response.status_code == 200, response.text
        body: Json = response.json()
        return body

    def post(self, service: str, path: str, body: Any = None, *, key: str | None = None) -> httpx2.Response:
        """`key` becomes the Idempotency-Key."""
        headers = {"Idempotency-Key": key} if key else {}
        return self.call("POST", service, path, json={} if body is None else body, headers=headers)

    def sign_in(self, username: str, password: str) -> Self:
        """The same visitor with a new access token."""
        form = {"grant_type": "password", "username": username, "password": password}
        response = self.call("POST", "auth", "/token", data=form)
        assert response.status_code == 200, response.text
        return type(self)(self.http, self.urls, token=response.json()["access_token"])

    def register(self) -> "Customer":
        """A new customer, signed in."""
        username = f"customer-{new_id().hex[-12:]}"
        details = {"username": username, "email": f"{username}@example.com", "password": PASSWORD}
        response = self.post("auth", "/register", details)
        assert response.status_code == 201, response.text
        token = self.sign_in(username, PASSWORD).token
        return Customer(self.http, self.urls, token=token, user_id=response.json()["id"], username=username)


class Customer(Visitor):
    """A registered user who buys."""

    def __init__(
        self, http: httpx2.Client, urls: Mapping[str, str], *, token: str | None, user_id: str, username: str
    ) -> None:
        super().__init__(http, urls, token=token)
        self.user_id = user_id
        self.username = username

    def place(self, product: Json, *, quantity: int = 1, key: str | None = None) -> httpx2.Response:
        """Ask for an order of one line."""
        return self.post("product", "/api/v1/orders", order_of(product, quantity), key=key)

    def buy(self, product: Json, *, quantity: int = 1) -> Json:
        """An order that was accepted. Payment has not answered yet."""
        response = self.place(product, quantity=quantity, key=str(new_id()))
        assert response.status_code == 202, response.text
        order: Json = response.json()
        return order

    def order(self, order_id: str, **params: Any) -> Json:
        return self.read("product", f"/api/v1/orders/{order_id}", **params)

    def wait_for(self, order_id: str, *states: str, timeout_seconds: float = 30) -> Json:
        """The order, once one of its states is among `states`."""
        deadline = time.monotonic() + timeout_seconds
        order = self.order(order_id, wait=5, until=",".join(states))
        while not has_reached(order, *states):
            assert time.monotonic() < deadline, f"not {states} after {timeout_seconds} s: {order}"
            order = self.order(order_id, wait=5, until=",".join(states))
        return order

    def orders(self) -> list[Json]:
        """The latest orders."""
        results: list[Json] = self.read("product", "/api/v1/orders")["results"]
        return results

    def payments(self, order_id: str) -> list[Json]:
        results: list[Json] = self.read("payment", "/api/v1/payments", order_id=order_id)["results"]
        return results

    def wallets(self) -> list[Json]:
        results: list[Json] = self.read("payment", "/api/v1/wallets")["results"]
        return results


def order_of(product: Json, quantity: int = 1) -> Json:
    """The body of an order of one line."""
    return {"lines": [{"product_id": product["id"], "quantity": quantity}]}


def has_reached(order: Json, *states: str) -> bool:
    return not {order["status"], order["payment_status"], order["fulfillment_status"]}.isdisjoint(states)


def ascii_json(value: Any) -> bytes:
    """JSON in which what cannot be encoded, such as a lone surrogate, stands as an escape. Send it as JSON_TYPE."""
    return json.dumps(value).encode("ascii")
