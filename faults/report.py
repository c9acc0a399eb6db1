"""What a run says in the end: recovery times by target and family, and what was not as promised."""

import json
import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from faults.run import Result
from stack.terminal import Terminal

_PERCENT_WITHIN = 99


def show(terminal: Terminal, results: Sequence[Result]) -> None:
    rows = [("family", "faults", "median", "worst", "promised", "")]
    rows += [
        (
            family,
            f"{len(of_family):>6}",
            f"{_median(of_family):6.1f} s",
            f"{_worst(of_family).seconds_to_recovery:6.1f} s",
            f"≤ {_worst(of_family).fault.limit_seconds:.0f} s",
            "✓" if all(result.is_in_time for result in of_family) else f"✗ {_worst(of_family).fault.title}",
        )
        for family, of_family in _by_family(results).items()
    ]
    terminal.table("Recovery: all processes healthy, and a purchase paid", rows)
    if waits := [seconds for result in results if "RabbitMQ" in result.fault.family for seconds in result.checkouts]:
        median, p99 = statistics.median(waits) * 1000, (_p99(waits) or 0) * 1000
        terminal.say(
            f"  {len(waits):,} orders accepted while RabbitMQ was broken: median {median:.0f} ms, p99 {p99:.0f} ms\n"
        )


def as_json(results: Sequence[Result], *, seed: int, orders: int, is_quick: bool) -> dict[str, Any]:
    return {
        "ended_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "seed": seed,
        "is_quick": is_quick,
        "orders": orders,
        "faults": [
            {
                "fault": result.fault.title,
                "family": result.fault.family,
                "seconds_to_recovery": round(result.seconds_to_recovery, 2),
                "promised_seconds": result.fault.limit_seconds,
                "checkouts_meanwhile": len(result.checkouts),
                "checkout_p99_seconds": _p99(result.checkouts),
            }
            for result in results
        ],
    }


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _by_family(results: Sequence[Result]) -> dict[str, list[Result]]:
    families: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        families[result.fault.family].append(result)
    return dict(sorted(families.items()))


def _median(results: Sequence[Result]) -> float:
    return statistics.median(result.seconds_to_recovery for result in results)


def _worst(results: Sequence[Result]) -> Result:
    """Measured by what was promised for it."""
    return max(results, key=lambda result: result.seconds_to_recovery / result.fault.limit_seconds)


def _p99(seconds: Sequence[float]) -> float | None:
    return round(statistics.quantiles(seconds, n=100)[_PERCENT_WITHIN - 1], 3) if len(seconds) > 1 else None
