"""A seed is enough to have the same faults again, and a full run has enough of them."""

import random
from types import SimpleNamespace
from typing import Any

from faults.fault import Fault
from faults.kinds import all_faults
from faults.schedule import full_schedule, quick_schedule
from stack.procfile import read_procfile
from stack.shop import ROOT


def known_faults() -> list[Fault]:
    """Which there are depends on the names of the processes only."""
    processes = {line.name: None for line in read_procfile(ROOT / "Procfile")}
    shop: Any = SimpleNamespace(machinery=SimpleNamespace(processes=processes))
    return list(all_faults(shop))


def test_a_seed_makes_the_same_schedule_again() -> None:
    first, second, other = (
        [fault.title for fault in full_schedule(known_faults(), random.Random(seed))] for seed in (7, 7, 8)
    )

    assert first == second
    assert sorted(first) == sorted(other)
    assert first != other


def test_a_full_run_makes_every_fault_and_more_than_two_hundred() -> None:
    faults = known_faults()

    schedule = full_schedule(faults, random.Random(1))

    assert {fault.title for fault in schedule} == {fault.title for fault in faults}
    assert len(schedule) >= 200


def test_the_short_form_has_some_of_each_family_that_it_can_afford() -> None:
    schedule = quick_schedule(known_faults(), random.Random(1))

    families = {fault.family for fault in schedule}
    assert {"process", "PostgreSQL", "RabbitMQ", "network", "cut", "messages", "crash point"} <= families
    assert len(schedule) < 50


def test_faults_can_be_told_apart_by_their_titles() -> None:
    titles = [fault.title for fault in known_faults()]

    assert len(titles) == len(set(titles))
