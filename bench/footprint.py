"""What the whole shop takes of the machine: memory at rest and under load, the processor at rest, and time to start.

The servers, PostgreSQL and RabbitMQ, are told apart: how much memory they take is a matter of their settings.
"""

import time
from collections.abc import Callable, Iterator, Mapping

from bench.busy_shop import BusyShop, busy_shop
from bench.flood import flood
from bench.order_rows import order_of
from bench.process_usage import memory_mib, processor_seconds
from bench.report import Figure
from bench.scale import Scale
from stack.health import is_healthy
from stack.process import Process

MOST_MEMORY_MIB = 700
LONGEST_START_SECONDS = 2
MOST_OF_A_CORE_PERCENT = 3
REST_SECONDS = 30.0

_SETTLES_SECONDS = 5.0
"""What a start leaves to do: pools are filled, and what has piled up meanwhile is looked through."""


def measure(scale: Scale) -> Iterator[Figure]:
    """At rest, then after orders came in as fast as they were taken, then of each process a start of its own."""
    with busy_shop() as busy:
        processes: dict[str, Process] = dict(busy.shop.processes)
        servers = {"PostgreSQL": busy.shop.postgres.process, "RabbitMQ": busy.shop.rabbitmq.process}
        time.sleep(_SETTLES_SECONDS)
        at_rest = _of_each(processes | servers, memory_mib)
        percents = _percent_of_a_core(processes | servers, seconds=5 if scale.is_quick else REST_SECONDS)
        per_second = _load(busy, scale)
        under_load = _of_each(processes | servers, memory_mib)
        starts = _of_each(processes, _seconds_to_start)
    yield Figure.at_most(
        MOST_MEMORY_MIB, name="all processes at rest", value=sum(at_rest[name] for name in starts), unit="MiB"
    )
    yield Figure.at_most(
        MOST_OF_A_CORE_PERCENT,
        name="all processes at rest",
        value=sum(percents[name] for name in starts),
        unit="% of a core",
    )
    yield Figure.at_most(LONGEST_START_SECONDS, name="the slowest start", value=max(starts.values()), unit="s")
    yield Figure("all processes under load", sum(under_load[name] for name in starts), "MiB")
    yield Figure("the load", per_second, "orders/s")
    for name, memory in at_rest.items():
        yield Figure(f"{name} at rest", memory, "MiB")
        yield Figure(f"{name} at rest", percents[name], "% of a core")
        yield Figure(f"{name} under load", under_load[name], "MiB")
        if name in starts:
            yield Figure(f"{name} starts in", starts[name], "s")


def _of_each(processes: Mapping[str, Process], look: Callable[[Process], float]) -> dict[str, float]:
    return {name: look(process) for name, process in processes.items()}


def _percent_of_a_core(processes: Mapping[str, Process], *, seconds: float) -> dict[str, float]:
    before, started = _of_each(processes, processor_seconds), time.monotonic()
    time.sleep(seconds)
    after, took = _of_each(processes, processor_seconds), time.monotonic() - started
    return {name: (after[name] - before[name]) / took * 100 for name in processes}


def _load(busy: BusyShop, scale: Scale) -> float:
    """Orders per second. They settle at the same time."""
    seconds = scale.turns * scale.seconds
    done = flood(busy.url, busy.tokens, lambda number: ("POST", "/api/v1/orders", order_of(number)), seconds=seconds)
    return done.per_second


def _seconds_to_start(process: Process) -> float:
    """Until it says that it is well, while all others run."""
    process.stop()
    started = time.monotonic()
    process.start()
    while not is_healthy(process.command.health_url):
        time.sleep(0.01)
    return time.monotonic() - started
