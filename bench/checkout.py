"""How much of PostgreSQL's own speed placing orders keeps, over HTTP: while all else rests, and while orders settle."""

import os
import statistics
from collections.abc import Iterator
from functools import partial
from typing import Any

from bench.bare_checkout import BareCheckout, bare_checkout
from bench.busy_shop import BusyShop, busy_shop
from bench.consistency import violations_of
from bench.flood import CONNECTIONS, Flood, flood
from bench.order_rows import order_of
from bench.report import Figure
from bench.scale import Scale

LEAST_AT_REST, LEAST_WHILE_SETTLING = 0.20, 0.12
_LINES = (1, 5)
_WARM_UP_ORDERS = 300
_PIECES = 3
"""Of a turn of the full form: a moment in which the machine is slow takes a smaller part of many short ones."""


def measure(scale: Scale) -> Iterator[Figure]:
    """Orders of one line and of five, in turns with pgbench, which has a database of its own to itself.

    With two web processes for each core: while one waits for PostgreSQL, another one has work for it.
    """
    with bare_checkout(_LINES) as bare, busy_shop() as busy, busy.web_workers(2 * (os.cpu_count() or 1)):
        for lines in _LINES:
            flood(busy.url, busy.tokens, partial(order, lines), requests=_WARM_UP_ORDERS)
        settling = {lines: _turns(busy, bare, lines, scale) for lines in _LINES}
        busy.wait_until_confirmed()
        busy.stop_pipeline()
        resting = {lines: _turns(busy, bare, lines, scale) for lines in _LINES}
        busy.start_pipeline()
        violations = violations_of(busy.shop)
    for lines in _LINES:
        name = "one line" if lines == 1 else f"{lines} lines"
        yield from _figures(f"{name}, all else at rest", resting[lines], LEAST_AT_REST)
        yield from _figures(f"{name}, orders settling", settling[lines], LEAST_WHILE_SETTLING)
    floods = [flood for turns in resting.values() for flood, _ in turns]
    cores = statistics.median(flood.client_cores for flood in floods)
    yield Figure(f"the client's share of a core, {CONNECTIONS} connections", cores, "")
    yield violations


Turn = tuple[Flood, float]
"""Ours, and how many pgbench placed in a second."""


def _turns(busy: BusyShop, bare: BareCheckout, lines: int, scale: Scale) -> list[Turn]:
    pieces = 1 if scale.is_quick else _PIECES
    seconds = scale.seconds / pieces
    return [
        (
            flood(busy.url, busy.tokens, partial(order, lines), seconds=seconds),
            bare.per_second(lines=lines, seconds=seconds),
        )
        for _ in range(pieces * scale.turns)
    ]


def _figures(name: str, turns: list[Turn], least: float) -> Iterator[Figure]:
    ratios = [ours.per_second / bare for ours, bare in turns]
    yield Figure.median(ratios, name=f"{name}: per bare transaction", unit="", at_least=least)
    yield Figure.median([ours.per_second for ours, _ in turns], name=name, unit="orders/s")
    yield Figure.median([bare for _, bare in turns], name=f"{name}: the statements by pgbench", unit="/s")


def order(lines: int, number: int) -> tuple[str, str, Any]:
    """A call for a flood."""
    return "POST", "/api/v1/orders", order_of(number * 31, lines=lines)
