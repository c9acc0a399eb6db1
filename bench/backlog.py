"""Orders by the thousand that wait for all that follows: placed by product's own use case, only without a web server.

`python -m bench.backlog ORDERS PART PARTS`, with product's environment, places one part of them.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from uuid import UUID

from bench.order_rows import PRODUCTS, product_id
from stack.shop import ROOT

USERS = 500
_FIRST_USER = 1_000_000
"""Nobody whose wallet another measurement opens."""
PARTS = 2
_AT_ONCE = 50
"""Orders in one transaction: the disk is not what is waited for here."""


def place_backlog(environment: Mapping[str, str], orders: int) -> None:
    """`environment` is that of product's processes. One process for each core."""
    command = [sys.executable, "-m", "bench.backlog", str(orders // PARTS)]
    parts = [
        subprocess.Popen([*command, str(part), str(PARTS)], cwd=ROOT, env=dict(environment))  # noqa: S603
        for part in range(PARTS)
    ]
    exit_codes = [part.wait() for part in parts]
    if any(exit_codes):
        raise RuntimeError("the backlog could not be placed")


def _place(orders: int, part: int, parts: int) -> None:
    """No two parts order the same products: they would wait for each other."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "product.settings")
    import django  # noqa: PLC0415  (only here are the service's settings at hand)

    django.setup()
    from django.db import transaction  # noqa: PLC0415

    from product.orders.services import place_order  # noqa: PLC0415
    from product.transactions import sharing_one_fate  # noqa: PLC0415

    for first in range(0, orders, _AT_ONCE):
        with transaction.atomic(), sharing_one_fate():
            for number in range(first, min(first + _AT_ONCE, orders)):
                wanted = UUID(product_id((number * parts + part) % PRODUCTS))
                place_order(user_id=UUID(int=_FIRST_USER + number % USERS), quantities={wanted: 1})


if __name__ == "__main__":
    _place(*(int(argument) for argument in sys.argv[1:]))
