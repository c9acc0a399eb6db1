"""Measurements say whether a promise is kept."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from bench import __main__ as bench
from bench.report import Figure
from bench.scale import Scale


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The values that the one measurement yields, against a goal of at least 10."""
    values: list[float] = []

    def measure(scale: Scale) -> Iterator[Figure]:
        yield Figure("turns", scale.turns, "")
        yield from (Figure.at_least(10, name="speed", value=value, unit="/s") for value in values)

    monkeypatch.setattr(bench, "MEASUREMENTS", {"speed": measure})
    return values


@pytest.mark.parametrize(("value", "exit_code", "mark"), [(10.0, 0, "✓"), (9.99, 1, "✗ missed")])
def test_a_missed_goal_fails_the_run(
    measured: list[float], tmp_path: Path, value: float, exit_code: int, mark: str
) -> None:
    measured.append(value)

    result = CliRunner().invoke(bench.main, ["--quick", "--json", str(tmp_path / "bench.json")])

    assert result.exit_code == exit_code
    assert "≥ 10" in result.output
    assert result.output.rstrip().endswith(mark)
    report = json.loads((tmp_path / "bench.json").read_text("utf-8"))
    assert report["is_quick"]
    assert report["figures"]["speed"][1] == {
        "name": "speed", "value": value, "unit": "/s", "goal": "≥ 10", "is_held": exit_code == 0,
    }  # fmt: skip
