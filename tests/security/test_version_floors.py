"""No lock holds a library in a version that is known to have a hole."""

import re
from pathlib import Path

import pytest

from stack.credentials import SERVICES
from stack.shop import ROOT
from tests.security.conftest import Figure

_FLOORS = Path(__file__).with_name("version_floors.txt")
_FLOOR = re.compile(r"([a-z0-9-]+)>=([0-9.]+) +# (CVE-\d{4}-\d{4,}): \w.+")
_PIN = re.compile(r"^([a-zA-Z0-9._-]+)(?:\[[^\]]*\])?==([0-9.]+)", re.MULTILINE)
_LOCKS = ("requirements-dev.txt", *(f"{service}/requirements.txt" for service in SERVICES))


def test_every_lock_keeps_above_the_floors(figure: Figure) -> None:
    floors = [(name, version) for name, version, _ in _floors()]
    tries = [
        (lock, name, pinned, floor) for lock in _LOCKS for name, floor in floors if (pinned := _pins(lock).get(name))
    ]

    figure(
        "libraries in the locks that must not be older than a mended hole",
        len(tries),
        [
            f"{lock}: {name} {pinned} is below {floor}"
            for lock, name, pinned, floor in tries
            if _order(pinned) < _order(floor)
        ],
    )


def test_every_floor_is_that_of_a_library_in_use() -> None:
    assert {name for name, _, _ in _floors()} - _pins("requirements-dev.txt").keys() == set()


@pytest.mark.parametrize("line", [line for line in _FLOORS.read_text("utf-8").splitlines() if not line.startswith("#")])
def test_every_floor_has_its_reason(line: str) -> None:
    assert _FLOOR.fullmatch(line)


def _floors() -> list[tuple[str, ...]]:
    return [match.groups() for match in _FLOOR.finditer(_FLOORS.read_text("utf-8"))]


def _pins(lock: str) -> dict[str, str]:
    return {name.lower().replace("_", "-"): version for name, version in _PIN.findall((ROOT / lock).read_text("utf-8"))}


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.strip(".").split("."))
