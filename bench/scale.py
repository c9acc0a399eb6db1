"""How much a run measures: enough for figures one can quote, or just enough to see that nothing is broken."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    is_quick: bool
    turns: int
    """What is compared is measured in turns, so that a busy moment of the machine meets both sides."""
    seconds: float
    """How long one turn takes."""
    rows: int
    """In the largest table."""


FULL = Scale(is_quick=False, turns=3, seconds=5.0, rows=1_000_000)
QUICK = Scale(is_quick=True, turns=1, seconds=1.5, rows=20_000)
