"""`python -m bench [NAME…] [--quick]`: measures what is named, or all, and prints one table.

Exit code 1 when a goal is missed, or a measurement came to no end. Of the short form's figures none is held against it.
"""

import signal
import sys
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from pathlib import Path

import click

from bench import (
    ceilings,
    checkout,
    ended_sessions,
    footprint,
    growth,
    imports,
    last_piece,
    latency,
    ledger,
    orders,
    pipeline,
    reads,
    reconciliation,
    scale_out,
    settlement,
    sign_in,
    token_check,
    transfers,
)
from bench.busy_shop import one_shop_for_all
from bench.report import Figure, Report
from bench.scale import Scale
from stack.terminal import Terminal

MEASUREMENTS: dict[str, Callable[[Scale], Iterable[Figure]]] = {
    "sign-in": sign_in.measure,
    "reads": reads.measure,
    "imports": imports.measure,
    "ceilings": ceilings.measure,
    "checkout": checkout.measure,
    "orders": orders.measure,
    "last-piece": last_piece.measure,
    "token-check": token_check.measure,
    "ended-sessions": ended_sessions.measure,
    "transfers": transfers.measure,
    "ledger": ledger.measure,
    "reconciliation": reconciliation.measure,
    "settlement": settlement.measure,
    "pipeline": pipeline.measure,
    "latency": latency.measure,
    "scale-out": scale_out.measure,
    "footprint": footprint.measure,
    "growth": growth.measure,
}

QUICK_ONES = ("footprint", "latency", "checkout", "settlement", "pipeline", "ceilings")
"""What the short form measures unless told otherwise: what needs neither large tables nor many turns.

They share one shop: what disturbs it most comes last.
"""


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(MEASUREMENTS)))
@click.option("--quick", is_flag=True, help="A short form: shows that it works, its figures are rough.")
@click.option(
    "--json", "json_path", default=".run/bench.json", show_default=True, type=click.Path(dir_okay=False, path_type=Path)
)
def main(names: tuple[str, ...], *, quick: bool, json_path: Path) -> None:
    """Measure the shop on private servers of its own."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # told to end, it clears away what it has started
    terminal, report = Terminal(), Report(is_quick=quick)
    with one_shop_for_all() if quick else nullcontext():
        for name in names or (QUICK_ONES if quick else MEASUREMENTS):
            report.measure(terminal, name, MEASUREMENTS[name])
            report.write(json_path)
    report.show(terminal)
    sys.exit(0 if report.is_good else 1)


if __name__ == "__main__":
    main()
