"""Many send money to one another over HTTP while processes are killed: at every moment it is the same money.

`BANK_TRANSFERS=20000` makes it 48 wallets, 32 clients and so many transfers; without it, it is over in seconds.
"""

import os
import random
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread

import httpx2

from servicekit.ids import new_id
from stack.shop import Shop
from tests.invariants import unexplained
from tests.rest import wait_for_rest
from tests.running_shop import RunningShop
from tests.shop_client import Customer
from tests.waiting import wait_until

TRANSFERS = int(os.environ.get("BANK_TRANSFERS", "240"))
IS_FULL = TRANSFERS >= 10_000
WALLETS, CLIENTS = (48, 32) if IS_FULL else (8, 8)
KILLED = ["payment-web", "payment-relay", "payment-web", "payment-consumer"]
SECONDS_BETWEEN_KILLS = 5.0 if IS_FULL else 0.5
PATIENCE_SECONDS = 60

# One statement, and so one snapshot: of the balances, and of all that the ledger says of them.
SNAPSHOT = """
    SELECT (SELECT sum(balance_minor) FROM wallets WHERE id = ANY(%s::uuid[])),
        (SELECT sum(amount_minor) FROM ledger_entries WHERE account_id = ANY(%s::uuid[]))
"""


def send_until_answered(sender: Customer, receiver: Customer, amount: str) -> int:
    """Send money once, however often it takes to hear that it went; the status in the end."""
    key, deadline = str(new_id()), time.monotonic() + PATIENCE_SECONDS
    body = {"receiver_username": receiver.username, "amount": amount}
    while True:
        try:
            answer = sender.post("payment", "/transfer", body, key=key)
            if answer.status_code in {201, 409} and answer.json().get("code") != "idempotency_key_in_use":
                return answer.status_code
            assert answer.status_code in {409, 503}, answer.text
        except httpx2.TransportError:
            pass  # killed before it could answer: only the same key tells whether the money went
        assert time.monotonic() < deadline, "no answer in time"
        time.sleep(0.05)


def send_at_random(people: Sequence[Customer], seed: int) -> int:
    chance = random.Random(seed)
    sender, receiver = chance.sample(people, 2)
    return send_until_answered(sender, receiver, f"{chance.randint(1, 20_000) / 100:.2f}")


def test_no_money_is_made_or_lost_while_processes_are_killed(machinery: Shop, shop: RunningShop) -> None:
    people = [shop.new_customer() for _ in range(WALLETS)]
    wallets = [wait_until(person.wallets)[0]["id"] for person in people]
    (before,) = shop.rows("payment", SNAPSHOT, wallets, wallets)
    is_over, snapshots, kills = Event(), set[tuple[int, int]](), 0

    def kill_now_and_then() -> None:
        nonlocal kills
        while not is_over.wait(SECONDS_BETWEEN_KILLS):
            process = machinery.processes[KILLED[kills % len(KILLED)]]
            process.kill()
            kills += 1
            process.wait_until_healthy()  # or nobody would ever get through on a busy machine

    def look_all_the_time() -> None:
        while not is_over.wait(0.02):
            snapshots.update(shop.rows("payment", SNAPSHOT, wallets, wallets))

    others = [Thread(target=kill_now_and_then), Thread(target=look_all_the_time)]
    for other in others:
        other.start()
    try:
        with ThreadPoolExecutor(CLIENTS) as clients:
            statuses = list(clients.map(lambda seed: send_at_random(people, seed), range(TRANSFERS)))
    finally:
        is_over.set()
        for other in others:
            other.join()

    wait_for_rest(shop)
    went = "SELECT count(*) FROM transfers WHERE sender_user_id = ANY(%s::uuid[])"
    assert kills >= 1
    assert statuses.count(201) > TRANSFERS * 0.6
    assert shop.number("payment", went, [person.user_id for person in people]) == statuses.count(201)
    assert snapshots == {before}
    assert before == (WALLETS * 100_000, WALLETS * 100_000)
    assert unexplained(shop, grace_seconds=0) == []
