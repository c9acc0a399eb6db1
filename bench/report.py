"""What a measurement says: figures, each with its goal where one was promised; shown as a table and kept as JSON."""

import json
import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

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

    @classmethod
    def at_least(cls, least: float, *, name: str, value: float, unit: str) -> "Figure":
        return cls(name, value, unit, f"≥ {_readable(least)}", value >= least)

    @classmethod
    def at_most(cls, most: float, *, name: str, value: float, unit: str) -> "Figure":
        return cls(name, value, unit, f"≤ {_readable(most)}", value <= most)


def show(terminal: Terminal, subject: str, figures: Iterable[Figure]) -> None:
    rows = [(f.name, f"{_readable(f.value):>10}", f.unit, f.goal or "", _MARKS[f.is_held]) for f in figures]
    terminal.table(subject, rows)


def write_json(path: Path, measured: Mapping[str, Sequence[Figure]], *, is_quick: bool) -> None:
    """`measured` by subject. Replaces the file."""
    report = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"cores": os.cpu_count(), "system": platform.platform(), "python": platform.python_version()},
        "is_quick": is_quick,
        "figures": {subject: [asdict(figure) for figure in figures] for subject, figures in measured.items()},
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _readable(value: float) -> str:
    """Three significant digits at least, and no more than can be read."""
    if value == 0 or value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) >= 0.1 else f"{value:.3g}"
