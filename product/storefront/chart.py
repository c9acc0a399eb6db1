"""The course of a balance as a picture: paths of an SVG, made on the server, so that it needs no script."""

from collections.abc import Sequence
from typing import NamedTuple

WIDTH, HEIGHT = 600, 140
_MARGIN = 4


class Chart(NamedTuple):
    """Paths in a box of `WIDTH` by `HEIGHT`."""

    curve: str
    area: str


def balance_chart(balances_minor: Sequence[int]) -> Chart | None:
    """Of balances from the oldest to the newest, at even distances and in steps. None for fewer than two.

    From the lowest to the highest, so that small changes of a large balance are seen; it does not begin at nothing.
    """
    if len(balances_minor) < 2:
        return None
    lowest, highest = min(balances_minor), max(balances_minor)
    spread = highest - lowest
    step = WIDTH / len(balances_minor)
    parts = [(highest - balance) / spread if spread else 0.5 for balance in balances_minor]
    heights = [round(_MARGIN + (HEIGHT - 2 * _MARGIN) * part, 1) for part in parts]
    steps = (f"H{round(step * place, 1)}V{height}" for place, height in enumerate(heights[1:], 1))
    curve = f"M0 {heights[0]}" + "".join(steps) + f"H{WIDTH}"
    return Chart(curve, f"{curve}V{HEIGHT}H0Z")
