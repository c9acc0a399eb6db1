"""Measurements say whether a promise is kept."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bench import __main__ as bench
from bench.report import Figure
from bench.scale import Scale


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The values that the first measurement yields, against a goal of at least 10. The second yields one of them."""
    values: list[float] = []

    def measure(scale: Scale) -> Iterator[Figure]:
        yield Figure("turns", scale.turns, "")
        for value in values:
            yield Figure.at_least(10, name="speed", value=value, unit="/s")

    def measure_another(_scale: Scale) -> Iterator[Figure]:
        yield Figure("weight", values[0], "kg")

    monkeypatch.setattr(bench, "MEASUREMENTS", {"speed": measure, "weight": measure_another})
    monkeypatch.setattr(bench, "QUICK_ONES", ("speed", "weight"))
    return values


def run(folder: Path, *arguments: str) -> tuple[Result, dict[str, object]]:
    result = CliRunner().invoke(bench.main, ["--json", str(folder / "bench.json"), *arguments])
    return result, json.loads((folder / "bench.json").read_text("utf-8"))


@pytest.mark.parametrize(("value", "exit_code", "mark"), [(10.0, 0, "✓"), (9.99, 1, "✗ missed")])
def test_a_missed_goal_fails_the_run(
    measured: list[float], tmp_path: Path, value: float, exit_code: int, mark: str
) -> None:
    measured.append(value)

    result, report = run(tmp_path)

    assert result.exit_code == exit_code
    assert f"≥ 10   {mark}" in result.output
    assert not report["is_quick"]
    rest = {"goal": None, "is_held": None, "spread": None}
    held = {"goal": "≥ 10", "is_held": exit_code == 0, "spread": None}
    assert report["figures"] == {
        "speed": [
            {"name": "turns", "value": 3, "unit": ""} | rest,
            {"name": "speed", "value": value, "unit": "/s"} | held,
        ],
        "weight": [{"name": "weight", "value": value, "unit": "kg"} | rest],
    }


def test_rounds_are_told_by_their_median_and_their_spread() -> None:
    figure = Figure.median([8.0, 12.0, 10.0], name="speed", unit="/s", at_least=11)

    assert figure == Figure("speed", 10.0, "/s", "≥ 11", is_held=False, spread=0.4)


def test_what_was_promised_stands_first(measured: list[float], tmp_path: Path) -> None:
    measured.append(11.0)

    result, _ = run(tmp_path)

    assert result.output.index("≥ 10") < result.output.index("turns")
    assert "1 of 1 goals held" in result.output


def test_the_rough_figures_of_the_short_form_fail_nothing(measured: list[float], tmp_path: Path) -> None:
    measured.append(9.0)

    result, report = run(tmp_path, "--quick")

    assert result.exit_code == 0
    assert "✗ missed" in result.output
    assert report["is_quick"]


def test_a_measurement_that_breaks_costs_no_other_its_figures(
    measured: list[float], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured.append(11.0)

    def measure_in_vain(_scale: Scale) -> Iterator[Figure]:
        yield Figure("begun", 1, "")
        raise RuntimeError("the broker is gone")

    monkeypatch.setitem(bench.MEASUREMENTS, "speed", measure_in_vain)

    result, report = run(tmp_path, "--quick")

    assert result.exit_code == 1
    assert "the broker is gone" in result.output
    assert "✗ failed" in result.output
    figures, failures = report["figures"], report["failures"]
    assert isinstance(figures, dict)
    assert [len(figures["speed"]), figures["weight"][0]["value"]] == [1, 11.0]
    assert isinstance(failures, dict)
    assert list(failures) == ["speed"]
