"""Whether messaging gets slower with what lies behind it: old outbox and inbox rows, and a large backlog of events.

Two services side by side, one with empty tables and one with millions of old rows, in turns.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import count
from typing import Any

from bench.bare_payment import buyers
from bench.flood import CONNECTIONS, flood
from bench.message_rows import add_processed_messages, add_published_events, add_waiting_events
from bench.order_rows import add_catalogue, order_of
from bench.private_shop import PrivateService, private_service
from bench.relaying import events_per_second, leave_mark, running_relay
from bench.report import Figure
from bench.scale import Scale
from bench.settlement import settle
from bench.statements import execute, row
from bench.token_issuer import token_issuer
from bench.wallet_rows import open_wallets
from servicekit.ids import new_id

OLD_ROWS_PER_ROW = 5
"""Old rows, for each row that is the largest table of other measurements: five million."""
LEAST_RATIO = 0.9
MOST_DEAD = 0.25
"""Dead rows for each living one: autovacuum begins at 0.2, and must have come round."""
_LONGEST_CLEANING_SECONDS = 120.0
_PIECE = 100_000
"""Of a large backlog."""

_DEAD = """
    SELECT n_dead_tup::float / greatest(n_live_tup, 1) FROM pg_stat_user_tables WHERE relname = 'outbox_events'
"""

_parts = count(2)


def measure(scale: Scale) -> Iterator[Figure]:
    old = OLD_ROWS_PER_ROW * scale.rows
    yield Figure("old rows, of the outbox and of the inbox each", old, "")
    if not scale.is_quick:
        yield from _placing(scale, old)
    yield from _relaying_and_consuming(scale, old)


def _placing(scale: Scale, old: int) -> Iterator[Figure]:
    """Over HTTP, into an outbox without a relay."""
    with token_issuer() as issuer, ExitStack() as stack:
        settings = {"PRODUCT_AUTH_URL": issuer.url}
        few, many = (stack.enter_context(private_service("product", environment=settings)) for _ in range(2))
        for product in (few, many):
            add_catalogue(product.database)
        add_published_events(many.database.owner, old, type_="order.placed")
        add_processed_messages(many.database.owner, old, queue="product.payments")
        tokens = [issuer.token(new_id()) for _ in range(CONNECTIONS)]

        def placed(product: PrivateService, seconds: float) -> float:
            return flood(product.url, tokens, _order, seconds=seconds).per_second

        for product in (few, many):
            placed(product, 1)
        rounds = [(placed(few, scale.seconds / 2), placed(many, scale.seconds / 2)) for _ in range(3 * scale.turns)]
    yield from _figures("orders placed", rounds, "orders/s")


def _order(number: int) -> tuple[str, str, Any]:
    return "POST", "/api/v1/orders", order_of(number * 31)


def _relaying_and_consuming(scale: Scale, old: int) -> Iterator[Figure]:
    events, messages = (4_000, 2_000) if scale.is_quick else (20_000, 10_000)
    with ExitStack() as stack:
        few, many = (stack.enter_context(private_service("payment", processes=(), rabbitmq=True)) for _ in range(2))
        for payment in (few, many):
            open_wallets(payment.database.app, buyers(), balance_minor=10**9)
            leave_mark(payment)
            _look_often_for_dead_rows(payment)
        add_published_events(many.database.owner, old, type_="payment.succeeded")
        add_processed_messages(many.database.owner, old, queue="payment.orders")
        for payment in (few, many):
            _drain(payment, events // 2)
            settle(payment, messages // 5)
        relayed = [(_drain(few, events), _drain(many, events)) for _ in range(2 * scale.turns)]
        consumed = [(settle(few, messages), settle(many, messages)) for _ in range(2 * scale.turns)]
        backlog = _backlog(few, many, events=events, rows=scale.rows)
        dead = _dead_rows_left(many)
    yield from _figures("events relayed", relayed, "events/s")
    yield from _figures("messages consumed", consumed, "payments/s")
    yield from _figures(f"a backlog of {scale.rows:,} events relayed", backlog, "events/s")
    yield Figure.at_most(MOST_DEAD, name="dead rows left in the outbox, for each living", value=dead, unit="")


def _drain(payment: PrivateService, events: int) -> float:
    """Events per second, of so many that were waiting when the relay started."""
    last = _let_wait(payment, events)
    with running_relay(payment):
        return events_per_second(payment, events=events, last=last)


def _backlog(few: PrivateService, many: PrivateService, *, events: int, rows: int) -> list[tuple[float, float]]:
    """One of so many rows, piece by piece, and between the pieces a small one elsewhere: it takes minutes."""
    last, piece = _let_wait(many, rows), min(rows, _PIECE)
    rounds = []
    for left in reversed(range(0, rows, piece)):
        small = _drain(few, events)
        with running_relay(many):
            rounds.append((small, events_per_second(many, events=piece, last=last - left)))
    return rounds


def _let_wait(payment: PrivateService, events: int) -> int:
    """The last one's id."""
    add_waiting_events(payment.database.owner, events, type_="payment.succeeded", part=next(_parts))
    last: int = row(payment.database.owner, "SELECT max(id) FROM outbox_events")[0]
    return last


def _look_often_for_dead_rows(payment: PrivateService) -> None:
    """In place of once a minute: measurements are short. What autovacuum finds worth cleaning stays the same."""
    execute(
        payment.servers.postgres.superuser_url,
        "ALTER SYSTEM SET autovacuum_naptime = '5s'",
        "SELECT pg_reload_conf()",
    )


def _dead_rows_left(payment: PrivateService) -> float:
    """After autovacuum has had its time: its next look, and its work."""
    deadline = time.monotonic() + _LONGEST_CLEANING_SECONDS
    while (dead := row(payment.database.owner, _DEAD)[0]) > MOST_DEAD and time.monotonic() < deadline:
        time.sleep(1)
    return float(dead)


def _figures(name: str, rounds: Sequence[tuple[float, float]], unit: str) -> Iterator[Figure]:
    """Of pairs: with nothing behind it, and with much."""
    ratios = [many / few for few, many in rounds]
    yield Figure.median(ratios, name=f"{name}, per those with empty tables", unit="", at_least=LEAST_RATIO)
    yield Figure.median([few for few, _ in rounds], name=f"{name}, empty tables", unit=unit)
    yield Figure.median([many for _, many in rounds], name=name, unit=unit)
