"""Every service keeps to its own OpenAPI description, whatever is sent. The short form of `make fuzz`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fuzz.runs import Run, fuzz
from tests.fuzz.shop import caller, fuzzed_shop
from tests.running_shop import RunningShop

_EXAMPLES = 2
_SEED = 1
_WAITING = ("/api/v1/orders/{order_id}",)
"""Answers after half a minute when it is asked to wait, which the long form has the time for."""


@pytest.fixture(scope="module")
def shop() -> Iterator[RunningShop]:
    with fuzzed_shop() as shop:
        yield shop


@pytest.mark.parametrize("run", [Run("auth", "admin"), Run("product", "staff"), Run("payment", "customer")], ids=str)
def test_the_service_answers_as_it_describes(shop: RunningShop, run: Run, tmp_path: Path) -> None:
    found = fuzz(run, caller(shop, run.role), folder=tmp_path, examples=_EXAMPLES, seed=_SEED, left_out_paths=_WAITING)

    assert found == "", found
