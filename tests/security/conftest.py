"""A shop of the security tests' own, which they flood, starve and poison; and the table of what they tried."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from stack.shop import Shop
from tests import shop_process
from tests.running_shop import Addresses, RunningShop

SETTINGS = shop_process.SETTINGS | {
    "AUTH_ACCESS_TOKEN_SECONDS": "3600",
    # What must not be told is not told to the most talkative log either.
    "LOG_LEVEL": "DEBUG",
}
_TRIED = "tried"

Figure = Callable[[str, int, Sequence[Any]], None]


@pytest.fixture(scope="session")
def machinery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Servers and processes, as they run in production."""
    with Shop(tmp_path_factory.mktemp("shop"), disposable=True, environment=SETTINGS) as running:
        yield running


@pytest.fixture(scope="session")
def shop(machinery: Shop) -> Iterator[RunningShop]:
    """The same shop as its users see it."""
    running = RunningShop(Addresses.of(machinery))
    yield running
    running.close()


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Figure:
    """Puts a line into the table at the end, and fails the test with what was wrong."""

    def note(what: str, tried: int, wrong: Sequence[Any]) -> None:
        record_property(_TRIED, (what, tried, len(wrong)))
        assert not wrong, "\n".join(str(one) for one in wrong[:40])

    return note


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What was tried, how often, and how often it went wrong. Tests without figures of their own count as tries."""
    lines: dict[str, tuple[int, int]] = {}
    for outcome in ("passed", "failed", "error"):
        for report in terminalreporter.stats.get(outcome, ()):
            if report.when == "call" or outcome == "error":
                for what, tried, wrong in _tries(report, is_wrong=outcome != "passed"):
                    before = lines.get(what, (0, 0))
                    lines[what] = (before[0] + tried, before[1] + wrong)
    if not lines:
        return
    terminalreporter.section("security: what was tried")
    for what, (tried, wrong) in lines.items():
        terminalreporter.write_line(f"{tried:>8,} tried  {wrong:>4} wrong   {what}")


def _tries(report: Any, *, is_wrong: bool) -> list[tuple[str, int, int]]:
    figures = [tuple(value) for name, value in report.user_properties if name == _TRIED]
    return figures or [(f"tests of {report.nodeid.partition('::')[0]}", 1, int(is_wrong))]
