"""`python -m faults.clean_ends [--times N]`: SIGTERM to every process in turn, under load, a hundred times.

Each has to be gone within ten seconds, without a request failing that it had begun, and without a second effect.
"""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle, islice

import click
import httpx2

from faults.breakable_shop import BreakableShop, breakable_shop
from faults.run import new_scene, shoppers_at_work
from faults.verdict import LedgerMemory, violations_in_the_end
from servicekit.ids import new_id
from stack.credentials import SERVICES
from stack.terminal import Terminal
from tests.shop_client import PASSWORD, Customer, Json

LONGEST_STOP_SECONDS = 10.0
_REQUESTERS = 2
"""For each service."""
_RECEIVED_SECONDS = 0.1
"""What was sent so long before the signal, the process had received."""


@dataclass(frozen=True)
class Sent:
    """One request on a connection of its own, by monotonic time."""

    service: str
    began: float
    ended: float
    fault: str
    """Why there was no answer, or which; empty when all was well."""


@dataclass
class Requests:
    """All that was sent directly to the web processes while they were being stopped."""

    sent: list[Sent] = field(default_factory=list)

    def failed_in_flight(self, service: str, *, at: float) -> list[Sent]:
        """Those that the service had received by then, and did not answer."""
        return [
            one
            for one in list(self.sent)
            if one.service == service and one.fault and one.began < at - _RECEIVED_SECONDS and one.ended > at
        ]


@dataclass(frozen=True)
class End:
    process: str
    seconds: float
    failed: list[Sent]


@click.command()
@click.option("--times", default=100, show_default=True, help="How many signals in all.")
@click.option("--seed", default=1, show_default=True)
def main(*, times: int, seed: int) -> None:
    """Stop processes in good order, under load."""
    terminal = Terminal()
    with breakable_shop() as shop:
        scene = new_scene(shop, seed=seed, is_quick=True)
        with shoppers_at_work(scene, pause_seconds=0.25) as products, _requests(shop, products[0]) as requests:
            ends = [_end(shop, name, requests) for name in islice(cycle(list(shop.machinery.processes)), times)]
        found = list(violations_in_the_end(scene, LedgerMemory()))
    names = dict.fromkeys(end.process for end in ends)
    rows = [("process", "signals", "slowest", "requests that failed")]
    rows += [_row(name, [end for end in ends if end.process == name]) for name in names]
    terminal.table(f"Clean ends: {len(requests.sent):,} requests sent directly meanwhile", rows)
    for violation in found:
        terminal.say(f"  ✗ {violation.invariant}: {violation.what}")
    for failed in [failed for end in ends for failed in end.failed][:20]:
        terminal.say(f"  ✗ {failed.service}: {failed.fault}, {failed.ended - failed.began:.2f} s")
    is_slow = any(end.seconds > LONGEST_STOP_SECONDS for end in ends)
    sys.exit(1 if found or is_slow or any(end.failed for end in ends) else 0)


def _end(shop: BreakableShop, name: str, requests: Requests) -> End:
    process, at = shop.machinery.processes[name], time.monotonic()
    process.stop(grace_seconds=3 * LONGEST_STOP_SECONDS)
    seconds = time.monotonic() - at
    process.start()
    process.wait_until_healthy()
    failed = requests.failed_in_flight(name.removesuffix("-web"), at=at) if name.endswith("-web") else []
    return End(name, seconds, failed)


def _row(name: str, ends: list[End]) -> tuple[str, str, str, str]:
    slowest = max(end.seconds for end in ends)
    failed = sum(len(end.failed) for end in ends)
    mark = "✓" if slowest <= LONGEST_STOP_SECONDS and not failed else "✗"
    return name, f"{len(ends):>4}", f"{slowest:6.1f} s", f"{failed} {mark}"


@contextmanager
def _requests(shop: BreakableShop, product: Json) -> Iterator[Requests]:
    """People who come without a proxy in between, each request by a connection of its own."""
    requests, enough = Requests(), threading.Event()
    http = httpx2.Client(timeout=15, trust_env=False, limits=httpx2.Limits(max_keepalive_connections=0))
    urls = {service: shop.machinery.endpoints[service] for service in SERVICES}
    threads = []
    for _ in range(_REQUESTERS):
        person = shop.people.new_customer()
        visitor = Customer(http, urls, token=person.token, user_id=person.user_id, username=person.username)
        order = visitor.buy(product)
        for service in SERVICES:
            ask = partial(_keep_asking, visitor, service, order=order, requests=requests, enough=enough)
            threads.append(threading.Thread(target=ask, daemon=True))
    for thread in threads:
        thread.start()
    try:
        yield requests
    finally:
        enough.set()
        for thread in threads:
            thread.join()
        http.close()


def _keep_asking(visitor: Customer, service: str, *, order: Json, requests: Requests, enough: threading.Event) -> None:
    number = 0
    while not enough.wait(0.02):
        number += 1
        began, fault = time.monotonic(), ""
        try:
            answer = _ask(visitor, service, order, number)
            if answer.status_code >= 500 and answer.status_code != 503:
                fault = f"{answer.status_code} {answer.text[:200]}"
        except httpx2.HTTPError as error:
            fault = repr(error)
        requests.sent.append(Sent(service, began, time.monotonic(), fault))
        if fault:
            enough.wait(0.2)


def _ask(visitor: Customer, service: str, order: Json, number: int) -> httpx2.Response:
    """What takes a while in each service, so that the signal finds it in the middle."""
    if service == "auth":
        form = {"grant_type": "password", "username": visitor.username, "password": PASSWORD}
        return visitor.call("POST", "auth", "/token", data=form)
    if service == "payment":
        return visitor.post("payment", "/transfer", {"receiver_username": "staff", "amount": "0.01"}, key=str(new_id()))
    if number % 2:
        return visitor.get("product", f"/api/v1/orders/{order['id']}", wait="2", until="shipped")
    return visitor.post(
        "product",
        "/api/v1/orders",
        {"lines": [{"product_id": order["lines"][0]["product_id"], "quantity": 1}]},
        key=str(new_id()),
    )


if __name__ == "__main__":
    main()
