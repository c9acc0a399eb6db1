"""How much is tried. `make security` takes the long form, `make test` the short one of the same tests."""

import os
from typing import Final

IS_LONG: Final = os.environ.get("SECURITY") == "long"


def sized(*, short: int, long: int) -> int:
    """How many to try in this run."""
    return long if IS_LONG else short
