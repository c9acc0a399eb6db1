"""One run: shoppers at work, faults one after the other, a canary after each, and the verdict at the end."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from faults.breakable_shop import BreakableShop
from faults.fault import Fault, Scene
from faults.journal import Journal
from faults.persistent_client import PersistentClient
from faults.recovery import Canary, NotRecovered
from faults.shopper import Shopper
from faults.verdict import LedgerMemory, violations_in_the_end
from tests.invariants import Violation, violations
from tests.shop_client import Json

SHOPPERS = 16
_LAST_ANSWERS_SECONDS = 90
_LOOK_EVERY_FAULTS = 10
_PRICES = ("0.25", "0.40", "1.00", "0.99", "3.00")


@dataclass(frozen=True)
class Result:
    """What came of one fault."""

    fault: Fault
    seconds_to_recovery: float
    checkouts: tuple[float, ...]
    """How long each took that was accepted between the fault's beginning and its end."""

    @property
    def is_in_time(self) -> bool:
        return self.seconds_to_recovery <= self.fault.limit_seconds


class Broken(Exception):
    """An invariant is violated."""

    def __init__(self, violations: Sequence[Violation], *, after: str) -> None:
        super().__init__(f"{violations[0].invariant}: {violations[0].what}")
        self.violations = violations
        self.after = after


def run_faults(scene: Scene, schedule: Sequence[Fault], *, orders: int, tell: Callable[[str], None]) -> list[Result]:
    """Until all faults were made and so many orders accepted. Raises Broken at the first violation that is seen."""
    results, ledger = list[Result](), LedgerMemory()
    with shoppers_at_work(scene, pause_seconds=0.8) as products:
        canary = Canary(scene.shop, products[0])
        for number, fault in enumerate(schedule, 1):
            results.append(_make(fault, scene, canary))
            tell(_progress(number, len(schedule), results[-1], scene))
            if scene.journal.strange or number % _LOOK_EVERY_FAULTS == 0:
                _look(scene, ledger, after=fault.title)
        while scene.journal.count("order") < orders:
            time.sleep(0.5)
    if found := list(violations_in_the_end(scene, ledger)):
        raise Broken(found, after=schedule[-1].title if schedule else "no fault")
    return results


@contextmanager
def shoppers_at_work(scene: Scene, *, pause_seconds: float) -> Iterator[list[Json]]:
    """Sixteen of them buy inside the block. After it, each has the answer to what it asked last."""
    people, names = scene.shop.people, list[str]()
    products = [people.new_product(price=price, stock=1_000_000) for price in _PRICES]
    products += [people.new_product(price="1.50", stock=12), people.new_product(price="700.00", stock=1_000)]
    urls = people.addresses.urls
    staff = PersistentClient(urls, scene.journal, **people.addresses.accounts["staff"])
    shoppers = [
        Shopper(urls, scene.journal, staff=staff, products=products, names=names,
                seed=scene.chance.randrange(2**32), pause_seconds=pause_seconds)
        for _ in range(SHOPPERS)
    ]  # fmt: skip
    for shopper in shoppers:
        shopper.start()
    try:
        yield products
    finally:
        for shopper in shoppers:
            shopper.is_enough()
        deadline = time.monotonic() + _LAST_ANSWERS_SECONDS
        for shopper in shoppers:
            shopper.join(max(0.1, deadline - time.monotonic()))
        if late := sum(shopper.is_alive() for shopper in shoppers):
            scene.journal.note_strange(
                f"I12: {late} clients had no answer {_LAST_ANSWERS_SECONDS} s after the last fault"
            )


def new_scene(shop: BreakableShop, *, seed: int, is_quick: bool) -> Scene:
    return Scene(shop, Journal(), random.Random(seed), is_quick)


def _make(fault: Fault, scene: Scene, canary: Canary) -> Result:
    known = len(scene.journal.checkouts)
    fault.inflict(scene)
    checkouts = tuple(seconds for _, seconds in scene.journal.checkouts[known:])
    try:
        seconds = canary.seconds_to_recovery()
    except NotRecovered as error:
        raise Broken([Violation("I1", str(error))], after=fault.title) from error
    return Result(fault, seconds, checkouts)


def _look(scene: Scene, ledger: LedgerMemory, *, after: str) -> None:
    found = [Violation(*text.split(": ", 1)) for text in scene.journal.strange]
    found += ledger.look(scene.shop)
    found += violations(scene.shop.people, grace_seconds=120)
    if found:
        raise Broken(found, after=after)


def _progress(number: int, count: int, result: Result, scene: Scene) -> str:
    mark = "✓" if result.is_in_time else "slow"
    return (
        f"  {number:>4}/{count}  {result.fault.title:<44} {result.seconds_to_recovery:6.1f} s {mark:<5}"
        f"{scene.journal.count('order'):>8,} orders"
    )
