"""`python -m faults.sabotage [BUG…]`: a checker that never fails proves nothing. Plants a bug at a time, and looks
which invariant tells of it. Exit code 1 when one goes unnoticed, or when the shop as it is fails.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch

import click

from faults.breakable_shop import BreakableShop, breakable_shop
from faults.clean_slate import CleanSlate
from faults.fault import Fault, Patience, Scene
from faults.kinds import all_faults
from faults.patches.bugs import BUGS, NO_BUG
from faults.run import Broken, new_scene, run_faults
from stack.terminal import Terminal

_ORDERS = 120
_PATIENCE = Patience(rest_seconds=20, revoked_seconds=10)


@dataclass(frozen=True)
class Case:
    caught_by: frozenset[str]
    """The invariants that may tell of it first."""
    faults: Sequence[str] = ()
    """Titles; without them the bug shows in everyday business."""


def _case(caught_by: str, *faults: str) -> Case:
    return Case(frozenset(caught_by.split()), faults)


CASES: Mapping[str, Case] = {
    "mark-before-confirm": _case("I5", "rabbitmq/kill"),
    "unknown-is-confirmed": _case("I5", "rabbitmq/kill"),
    "no-confirms": _case("I5", "product-to-rabbitmq/publish-lost", "auth-to-rabbitmq/publish-lost"),
    "mark-everything": _case("I5"),
    "id-after-last-seen": _case("I5", "rabbitmq/kill"),
    "any-broker-will-do": _case("I5", "rabbitmq/wipe"),
    "event-outside-transaction": _case(
        "I1 I2 I5 I10", "product-web/at-after-recording", "product-web/at-before-commit"
    ),
    "ack-before-commit": _case("I5", "payment-consumer/at-before-commit", "product-consumer/at-before-commit"),
    "failures-swallowed": _case("I5", "postgres/kill", "payment-database/disconnect"),
    "outage-parks": _case("I10", "payment-database/disconnect", "product-database/disconnect"),
    "poison-requeued": _case("I1 I5 I10", "product-events/poison"),
    "poison-dropped": _case("I10", "product-events/poison"),
    "inbox-forgotten": _case("I5", "product-events/five-times"),
    "revocation-ignored": _case("I9"),
    "never-asks-again": _case("I1", "rabbitmq/purge"),
    "read-then-write-balance": _case("I3"),
    "credit-forgotten": _case("I3"),
    "float-amounts": _case("I2 I12"),
    "cancelled-without-refund": _case("I1 I2"),
    "refunded-too-little": _case("I1 I2 I6 I12"),
    "key-not-looked-up": _case("I7 I12", "clients-to-payment/answer-lost"),
    "oversold": _case("I4"),
    "stock-never-released": _case("I4"),
    "key-not-kept": _case("I7 I12"),
    "failed-commit-is-success": _case("I7 I8", "product-to-postgres/commit-lost"),
    "timeline-has-gaps": _case("I1"),
    "algorithm-from-header": Case(frozenset({"forged token"})),
    "family-not-revoked": _case("I9"),
    "refresh-token-lives-twice": _case("I9"),
    "password-logged": _case("I11"),
}


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(CASES)))
@click.option("--seed", default=1, show_default=True)
def main(names: tuple[str, ...], *, seed: int) -> None:
    """Plant known bugs one at a time, and see each of them caught. Without names: all, and the shop without any."""
    assert CASES.keys() == BUGS.keys()
    planted: Sequence[str | None] = names or [None, *CASES]
    terminal, rows, is_well = Terminal(), [("bug", "caught by", "what was found")], True
    with breakable_shop() as shop:
        slate = CleanSlate(shop)
        for name in planted:
            with terminal.step(f"Planting {name}" if name else "The shop as it is"):
                broken = _broken_by(name, slate.restored({"FAULTS_BUG": name or NO_BUG}), seed=seed)
            is_well &= _is_as_expected(name, broken)
            rows.append((name or "none", *_finding(name, broken)))
        slate.forget()
    terminal.table("Sabotage", rows)
    sys.exit(0 if is_well else 1)


def _broken_by(name: str | None, shop: BreakableShop, *, seed: int) -> Broken | None:
    scene = new_scene(shop, seed=seed, is_quick=True)
    scene.patience = _PATIENCE
    patterns = CASES[name].faults if name else ()
    schedule = [fault for pattern in patterns for fault in all_faults(shop) if fnmatch(fault.title, pattern)]
    return _first_violation(scene, schedule)


def _first_violation(scene: Scene, schedule: Sequence[Fault]) -> Broken | None:
    try:
        run_faults(scene, schedule, orders=_ORDERS, tell=lambda _: None)
    except Broken as broken:
        return broken
    return None


def _is_as_expected(name: str | None, broken: Broken | None) -> bool:
    if name is None:
        return broken is None
    return broken is not None and any(found.invariant in CASES[name].caught_by for found in broken.violations)


def _finding(name: str | None, broken: Broken | None) -> tuple[str, str]:
    if broken is None:
        return ("nothing", "✓" if name is None else "✗ went unnoticed")
    expected = CASES[name].caught_by if name else frozenset[str]()
    telling = next((found for found in broken.violations if found.invariant in expected), broken.violations[0])
    mark = "✓" if telling.invariant in expected else "✗"
    return telling.invariant, f"{mark} {telling.what[:100]}"


if __name__ == "__main__":
    main()
