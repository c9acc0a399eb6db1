"""How long the shop needs to be well again: every process says so, and a purchase goes through."""

import time

import httpx2

from faults.breakable_shop import BreakableShop
from servicekit.ids import new_id
from stack.health import is_healthy
from tests.shop_client import PASSWORD, Customer, Json, has_reached, order_of

LONGEST_SECONDS = 90.0
_ANSWER_SECONDS = 3
_PAUSE_SECONDS = 0.1


class NotRecovered(Exception):
    """The shop is not well, or does not sell, so long after a fault."""


class Canary:
    """A customer who buys after every fault, and whose order has to be paid."""

    def __init__(self, shop: BreakableShop, product: Json) -> None:
        self._shop = shop
        self._product = product
        self._customer: Customer = shop.people.new_customer()

    def seconds_to_recovery(self) -> float:
        """Raises NotRecovered after 90 s."""
        started = time.monotonic()
        deadline = started + LONGEST_SECONDS
        self._wait_for_health(deadline)
        self._buy(deadline)
        return time.monotonic() - started

    def _wait_for_health(self, deadline: float) -> None:
        for process in self._shop.machinery.processes.values():
            while not (process.pid and is_healthy(process.command.health_url)):
                if time.monotonic() > deadline:
                    raise NotRecovered(f"{process.name} is not healthy {LONGEST_SECONDS:.0f} s after the fault")
                time.sleep(_PAUSE_SECONDS)

    def _buy(self, deadline: float) -> None:
        key, order, last_answer = str(new_id()), Json(), ""
        while time.monotonic() < deadline:
            try:
                if not order:
                    answer = self._call("POST", "/api/v1/orders", json=order_of(self._product), key=key)
                    order = answer.json() if answer.status_code == 202 else {}
                else:
                    answer = self._call("GET", f"/api/v1/orders/{order['id']}")
                    if answer.status_code == 200 and has_reached(answer.json(), "paid"):
                        return
                last_answer = f"{answer.status_code} {answer.text[:500]}"
                if answer.status_code == 401:
                    self._sign_in_again()
            except (httpx2.HTTPError, ValueError) as error:
                last_answer = repr(error)
            time.sleep(_PAUSE_SECONDS)
        raise NotRecovered(f"a purchase (order {order.get('id')}) does not go through: {last_answer}")

    def _call(self, method: str, path: str, *, key: str = "", **request: object) -> httpx2.Response:
        headers = {"Idempotency-Key": key} if key else {}
        return self._customer.call(method, "product", path, headers=headers, timeout=_ANSWER_SECONDS, **request)

    def _sign_in_again(self) -> None:
        form = {"grant_type": "password", "username": self._customer.username, "password": PASSWORD}
        answer = self._customer.call("POST", "auth", "/token", data=form, timeout=_ANSWER_SECONDS)
        if answer.status_code == 200:
            self._customer.token = answer.json()["access_token"]
