"""One of the clients that keep the shop busy: buys, calls off, pays again, sends money, and remembers every answer."""

import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import httpx2

from faults.journal import Journal, Told
from faults.persistent_client import GaveUp, PersistentClient
from servicekit.ids import new_id
from tests.shop_client import Json, order_of

_REMEMBERED_ORDERS = 60
_TRANSFER_REFUSALS = {"insufficient_funds"}
_METHODS = ("sandbox-card", "sandbox-card:crash-after-charge", "sandbox-card:declined", "gold")


class Shopper(threading.Thread):
    """Acts at random until told that it is enough, then finishes what it has begun."""

    def __init__(
        self,
        urls: Mapping[str, str],
        journal: Journal,
        *,
        staff: PersistentClient,
        products: Sequence[Json],
        names: list[str],
        seed: int,
        pause_seconds: float,
    ) -> None:
        """`names`: of all shoppers' users, shared; each adds its own. `products`: the last one is hard to afford."""
        super().__init__(name=f"shopper-{seed}", daemon=True)
        self._urls, self._journal, self._staff = dict(urls), journal, staff
        self._products, self._names = products, names
        self._chance = random.Random(seed)
        self._pause_seconds = pause_seconds
        self._enough = threading.Event()
        self._orders: list[tuple[str, str, Json]] = []
        """Key, id and body of the latest orders."""
        self._client = self._new_client()

    def is_enough(self) -> None:
        self._enough.set()

    def run(self) -> None:
        acts, weights = zip(*self._acts.items(), strict=True)
        while not self._enough.wait(self._chance.uniform(0, 2 * self._pause_seconds)):
            act = self._chance.choices(acts, weights)[0]
            try:
                act()
            except GaveUp as error:
                self._journal.note_strange(f"I12: {error}")
            except (httpx2.HTTPError, KeyError, ValueError, IndexError) as error:
                self._journal.note_strange(f"I12: {act.__name__} was answered with nonsense: {error!r}")
        self._client.close()

    @property
    def _acts(self) -> dict[Callable[[], None], int]:
        """With how often they are chosen."""
        return {
            self._buy: 56, self._buy_by_other_means: 6, self._buy_what_is_dear: 4, self._ask_for_the_same_again: 5,
            self._cancel: 7, self._pay_again: 5, self._have_refunded: 4, self._send_money: 6, self._top_up: 4,
            self._refresh: 2, self._sign_out: 1, self._begin_anew: 1,
        }  # fmt: skip

    def _new_client(self) -> PersistentClient:
        client = PersistentClient(self._urls, self._journal)
        self._journal.note(Told("user", client.username, client.user_id, client.user_id))
        self._names.append(client.username)
        return client

    def _begin_anew(self) -> None:
        """A new customer, of whom payment has not heard yet."""
        self._client.close()
        self._orders.clear()
        self._client = self._new_client()

    def _refresh(self) -> None:
        self._client.refresh()

    def _sign_out(self) -> None:
        self._client.sign_out()

    # --- orders

    def _buy(self) -> None:
        self._place(order_of(self._chance.choice(self._products[:-1]), self._chance.randint(1, 3)))

    def _buy_by_other_means(self) -> None:
        self._place(order_of(self._products[0]) | {"payment_method": self._chance.choice(_METHODS)})

    def _buy_what_is_dear(self) -> None:
        self._place(order_of(self._products[-1]))

    def _ask_for_the_same_again(self) -> None:
        """As a client does that did not hear the answer."""
        if self._orders:
            key, _, body = self._chance.choice(self._orders)
            self._place(body, key=key)

    def _place(self, body: Json, *, key: str | None = None) -> None:
        is_repeated, key = key is not None, key or str(new_id())
        started = time.monotonic()
        answer = self._client.post("product", "/api/v1/orders", body, key=key)
        if not self._is_among(answer, {202}, refusals={"out_of_stock"}):
            return
        order_id = answer.json()["id"]
        self._journal.note_checkout(seconds=time.monotonic() - started)
        self._journal.note(Told("order", key, order_id, self._client.user_id))
        if not is_repeated:
            self._orders = [*self._orders[-_REMEMBERED_ORDERS:], (key, order_id, body)]

    def _cancel(self) -> None:
        if order_id := self._some_order():
            answer = self._client.post("product", f"/api/v1/orders/{order_id}/cancel")
            self._is_among(answer, {202}, refusals=None)

    def _pay_again(self) -> None:
        """Looks for an order that was declined."""
        query = {"payment_status": "failed", "status": "pending", "limit": "5"}
        for order in self._client.get("product", "/api/v1/orders", **query).json()["results"][:1]:
            answer = self._client.post("product", f"/api/v1/orders/{order['id']}/pay", {"payment_method": "wallet"})
            self._is_among(answer, {202}, refusals=None)

    def _have_refunded(self) -> None:
        """By staff, a part of what was paid for an order."""
        if not (order_id := self._some_order()):
            return
        payments = self._client.get("payment", "/api/v1/payments", order_id=order_id).json()["results"]
        for payment in [payment for payment in payments if payment["status"] == "succeeded"]:
            key = str(new_id())
            answer = self._staff.post(
                "payment", f"/api/v1/payments/{payment['id']}/refund", {"amount": "0.10"}, key=key
            )
            if self._is_among(answer, {201}, refusals=None):
                self._journal.note(Told("refund", key, answer.json()["id"], self._client.user_id, "0.10"))

    def _some_order(self) -> str | None:
        return self._chance.choice(self._orders)[1] if self._orders else None

    # --- money

    def _send_money(self) -> None:
        receiver = self._chance.choice(self._names)
        if receiver == self._client.username:
            return
        key, amount = str(new_id()), f"{self._chance.randint(1, 500) / 100:.2f}"
        answer = self._client.post("payment", "/transfer", {"receiver_username": receiver, "amount": amount}, key=key)
        if self._is_among(answer, {201}, refusals=_TRANSFER_REFUSALS):
            self._journal.note(Told("transfer", key, answer.json()["id"], self._client.user_id, amount))

    def _top_up(self) -> None:
        wallets = self._client.get("payment", "/api/v1/wallets").json()["results"]
        if not wallets:
            return
        key, amount = str(new_id()), f"{self._chance.randint(100, 5000) / 100:.2f}"
        path = f"/api/v1/wallets/{wallets[0]['id']}/top-up"
        answer = self._client.post("payment", path, {"amount": amount}, key=key)
        if self._is_among(answer, {200}, refusals=None):
            self._journal.note(Told("top-up", key, f"topup:{wallets[0]['id']}:{key}", self._client.user_id, amount))

    def _is_among(self, answer: httpx2.Response, statuses: set[int], *, refusals: set[str] | None) -> bool:
        """Whether it was done. A 409 is a refusal: with one of these codes, or any when None."""
        if answer.status_code in statuses:
            return True
        body: Any = answer.json()
        if answer.status_code != 409 or (refusals is not None and body.get("code") not in refusals):
            self._journal.note_strange(f"I12: {answer.request.url.path} answered {answer.status_code}: {body}")
        return False
