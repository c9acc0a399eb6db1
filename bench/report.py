"""What a run of measurements says: figures, with their goals where any were promised, as one table and as JSON."""

import json
import os
import platform
import statistics
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from bench.scale import FULL, QUICK, Scale
from stack.terminal import Terminal

_MARKS = {None: "", True: "✓", False: "✗ missed"}


@dataclass(frozen=True)
class Figure:
    name: str
    value: float
    unit: str
    goal: str | None = None
    """For people: `≥ 0.8`."""
    is_held: bool | None = None
    """None where nothing was promised."""
    spread: float | None = None
    """How far apart the rounds lay of which this is the median: the greatest less the smallest, per median."""

    @classmethod
    def median(
        cls,
        rounds: Sequence[float],
        *,
        name: str,
        unit: str,
        at_least: float | None = None,
        at_most: float | None = None,
    ) -> "Figure":
        value = statistics.median(rounds)
        if at_least is not None:
            figure = cls.at_least(at_least, name=name, value=value, unit=unit)
        elif at_most is not None:
            figure = cls.at_most(at_most, name=name, value=value, unit=unit)
        else:
            figure = cls(name, value, unit)
        is_one = len(rounds) == 1 or not value
        return replace(figure, spread=None if is_one else (max(rounds) - min(rounds)) / value)

    @classmethod
    def at_least(cls, least: float, *, name: str, value: float, unit: str) -> "Figure":
        return cls(name, value, unit, f"≥ {_readable(least)}", value >= least)

    @classmethod
    def at_most(cls, most: float, *, name: str, value: float, unit: str) -> "Figure":
        return cls(name, value, unit, f"≤ {_readable(most)}", value <= most)


@dataclass
class Subject:
    """What came of one measurement."""

    figures: list[Figure] = field(default_factory=list)
    seconds: float = 0
    """How long the measurement took."""
    failure: str | None = None
    """The traceback, where it came to no end."""

    @property
    def rows(self) -> Iterator[tuple[str, ...]]:
        """What was promised first: ratios mostly. Behind it what it is made of."""
        for figure in sorted(self.figures, key=lambda figure: figure.goal is None):
            value = f"{_readable(figure.value):>10}"
            spread = "" if figure.spread is None else f"± {figure.spread / 2:.0%}"
            yield (f"  {figure.name}", value, figure.unit, spread, figure.goal or "", _MARKS[figure.is_held])
        if self.failure:
            yield ("  came to no end", "", "", "", "", "✗ failed")


class Report:
    """Grows by a subject with each measurement."""

    def __init__(self, *, is_quick: bool) -> None:
        self._scale: Scale = QUICK if is_quick else FULL
        self._subjects: dict[str, Subject] = {}

    def measure(self, terminal: Terminal, name: str, measure: Callable[[Scale], Iterable[Figure]]) -> None:
        """What fails is told at once and costs no other its figures, nor its own those it had already."""
        subject = self._subjects[name] = Subject()
        started = time.monotonic()
        with terminal.step(f"Measuring {name}"):
            try:
                for figure in measure(self._scale):
                    subject.figures.append(figure)
            except Exception:  # noqa: BLE001  (whatever it is, the others are to be measured)
                subject.failure = traceback.format_exc()
        subject.seconds = time.monotonic() - started
        if subject.failure:
            terminal.say(subject.failure)

    @property
    def is_good(self) -> bool:
        """Whether everything was measured, and in the full form every goal held."""
        subjects = self._subjects.values()
        is_missed = any(figure.is_held is False for subject in subjects for figure in subject.figures)
        return not any(subject.failure for subject in subjects) and (self._scale.is_quick or not is_missed)

    def show(self, terminal: Terminal) -> None:
        rows: list[tuple[str, ...]] = []
        for name, subject in self._subjects.items():
            rows += [(), (name, f"{subject.seconds:>8.0f} s"), *subject.rows]
        goals = [figure for subject in self._subjects.values() for figure in subject.figures if figure.goal]
        held = sum(figure.is_held is True for figure in goals)
        title = "Measured in the short form: figures are rough" if self._scale.is_quick else "Measured"
        terminal.table(title, rows, footer=f"{held} of {len(goals)} goals held")

    def write(self, path: Path) -> None:
        """Replaces the file."""
        report = {
            "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": {"cores": os.cpu_count(), "system": platform.platform(), "python": platform.python_version()},
            "is_quick": self._scale.is_quick,
            "figures": {name: [asdict(each) for each in subject.figures] for name, subject in self._subjects.items()},
            "seconds": {name: round(subject.seconds, 1) for name, subject in self._subjects.items()},
            "failures": {name: subject.failure for name, subject in self._subjects.items() if subject.failure},
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _readable(value: float) -> str:
    """Three significant digits at least, and no more than can be read."""
    if value == 0 or value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) >= 0.1 else f"{value:.3g}"
