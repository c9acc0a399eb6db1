"""`python -m faults [--quick] [--seed N] [--orders N] [--only TARGET/FAULT]`: exit code 1 when a promise is broken."""

import random
import secrets
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from fnmatch import fnmatch
from pathlib import Path

import click

from faults import report
from faults.breakable_shop import BreakableShop, breakable_shop
from faults.fault import Fault, Scene
from faults.kinds import all_faults, clock
from faults.run import Broken, Result, new_scene, run_faults
from faults.schedule import full_schedule, quick_schedule
from faults.story import story_of
from stack.terminal import Terminal

_ORDERS, _QUICK_ORDERS = 20_000, 500
_SHOWN_VIOLATIONS = 20
_LOGS = Path(".run/faults-logs")


@click.command()
@click.option("--quick", is_flag=True, help="A short form: some faults of each family, each for a fifth of its time.")
@click.option("--seed", type=int, help="Of the schedule and of all that clients do. A new one when left out.")
@click.option("--orders", type=int, help="How many have to be accepted before the run may end.")
@click.option("--only", multiple=True, help="TARGET/FAULT, where * stands for anything. May be given several times.")
@click.option("--times", default=1, show_default=True, help="How often, together with --only.")
@click.option(
    "--json",
    "json_path",
    default=".run/faults.json",
    show_default=True,
    type=click.Path(dir_okay=False, path_type=Path),
)
def main(
    *, quick: bool, seed: int | None, orders: int | None, only: tuple[str, ...], times: int, json_path: Path
) -> None:
    """Break a shop of its own in every known way, under load, and look whether anything was lost."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # told to end, it clears away what it has started
    terminal, seed = Terminal(), secrets.randbelow(10**9) if seed is None else seed
    if orders is None:
        orders = 0 if only else _QUICK_ORDERS if quick else _ORDERS
    terminal.say(f"\n  Seed {seed}\n")
    try:
        with terminal.step("Starting a shop"), ExitStack() as starting:
            shop = starting.enter_context(breakable_shop(kept=_LOGS))
            running = starting.pop_all()
        with running:
            results, scene = _run(terminal, shop, seed=seed, quick=quick, orders=orders, only=only, times=times)
    except Broken:
        sys.exit(1)
    report.show(terminal, results)
    content = report.as_json(results, seed=seed, orders=scene.journal.count("order"), is_quick=quick)
    report.write_json(json_path, content)
    for miss in scene.misses:
        terminal.say(f"  ✗ {miss}")
    if not quick and (scene.misses or not all(result.is_in_time for result in results)):
        sys.exit(1)


def _run(
    terminal: Terminal, shop: BreakableShop, *, seed: int, quick: bool, orders: int, only: Sequence[str], times: int
) -> tuple[list[Result], Scene]:
    scene, started = new_scene(shop, seed=seed, is_quick=quick), time.monotonic()
    schedule = _schedule(all_faults(shop), random.Random(seed), quick=quick, only=only, times=times)
    without_clocks = "" if clock.library() else " (and none of clocks: libfaketime is not installed)"
    terminal.say(f"\n  {len(schedule)} faults{without_clocks}\n")
    try:
        results = run_faults(scene, schedule, orders=orders, tell=terminal.say)
    except Broken as broken:
        _tell(terminal, shop, broken, seed=seed)
        raise
    terminal.say(
        f"\n  ✓ {len(results)} faults, {scene.journal.count('order'):,} orders,"
        f" {time.monotonic() - started:.0f} s: lost 0, doubled 0, stuck 0, negative 0"
    )
    return results, scene


def _schedule(
    faults: Sequence[Fault], chance: random.Random, *, quick: bool, only: Sequence[str], times: int
) -> list[Fault]:
    if only:
        chosen = [fault for fault in faults if any(fnmatch(fault.title, pattern) for pattern in only)]
        if not chosen:
            raise click.BadParameter("no fault of that name; these are: " + ", ".join(fault.title for fault in faults))
        wanted = chosen * times
        chance.shuffle(wanted)  # a process that dies again and again is restarted after ever longer pauses
        return wanted
    return quick_schedule(faults, chance) if quick else full_schedule(faults, chance)


def _tell(terminal: Terminal, shop: BreakableShop, broken: Broken, *, seed: int) -> None:
    """The violations, and the whole story of the first order that one is about."""
    terminal.say(f"\n  ✗ After {broken.after}, seed {seed}:\n")
    for violation in broken.violations[:_SHOWN_VIOLATIONS]:
        terminal.say(f"  ✗ {violation.invariant}: {violation.what}")
    if len(broken.violations) > _SHOWN_VIOLATIONS:
        terminal.say(f"  … {len(broken.violations)} in all")
    order_id = next((violation.order_id for violation in broken.violations if violation.order_id), None)
    for line in story_of(shop, order_id) if order_id else ():
        terminal.say(f"  {line}")
    terminal.say(f"\n  Logs: {_LOGS}")


if __name__ == "__main__":
    main()
