"""Numbers over time as bars: rectangles of an SVG, made on the server, so that they need no script."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

WIDTH, HEIGHT = 6000, 1200
"""In whole numbers, which every language writes alike."""
_GAP = 0.25
"""Of the place that a bar has, left free."""


class Bar(NamedTuple):
    """In a box of `WIDTH` by `HEIGHT`."""

    x: int
    y: int
    width: int
    height: int
    told: str
    """What it stands for, in words."""


@dataclass(frozen=True, slots=True)
class Chart:
    title: str
    bars: list[Bar]
    highest: str
    """The value of the box's upper edge, in words."""
    first: str
    last: str
    """Where time begins and ends."""


class Value(NamedTuple):
    """One place in time."""

    when: str
    value: int
    told: str


def bar_chart(title: str, values: Sequence[Value], *, highest: str) -> Chart:
    """From nothing to the highest value. `highest` is that value in words."""
    top = max((value.value for value in values), default=0) or 1
    place = WIDTH / max(len(values), 1)
    bars = [_bar(value, number * place, place, top) for number, value in enumerate(values)]
    return Chart(title, bars, highest, values[0].when if values else "", values[-1].when if values else "")


def _bar(value: Value, x: float, place: float, top: int) -> Bar:
    height = round(HEIGHT * value.value / top)
    return Bar(
        x=round(x + place * _GAP / 2),
        y=HEIGHT - height,
        width=round(place * (1 - _GAP)),
        height=height,
        told=f"{value.when}: {value.told}",
    )
