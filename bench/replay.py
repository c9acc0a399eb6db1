"""The statements of a request, as PostgreSQL saw them, to be run again by pgbench: how fast could they be at best?"""

import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID

from bench.pgbench import SERIAL, SERIAL_ID
from bench.statements import execute

_STATEMENT = re.compile(r"LOG:  statement:(.*?)(?=\n\d{4}-\d\d-\d\d |\Z)", re.DOTALL)
_UUID = re.compile(r"'([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})'::uuid")


def statements_of(act: Callable[[], None], *, superuser_url: str, log: Path) -> list[str]:
    """What `act` has the server do in one transaction, its BEGIN and COMMIT included."""
    _log_statements(superuser_url, "all")
    begin = log.stat().st_size
    act()
    time.sleep(0.5)
    _log_statements(superuser_url, "none")
    found = [statement.strip() for statement in _STATEMENT.findall(log.read_text("utf-8")[begin:])]
    return found[found.index("BEGIN") : found.index("COMMIT") + 1]


def script(
    statements: list[str], *, product_ids: Sequence[str], products: int, fixed: set[UUID], texts: set[str]
) -> str:
    """For pgbench: other products and other ids each time. `fixed` ids stay, `texts` are unique like ids.

    The products' ids are alike up to their last twelve digits, and count so many `products` by them.
    """
    ids = dict.fromkeys(value for statement in statements for value in _UUID.findall(statement))
    fresh = [value for value in ids if value not in product_ids and UUID(value) not in fixed]
    new = {value: SERIAL_ID.format(kind=number) for number, value in enumerate(fresh)}
    for step, value in enumerate(product_ids):
        new[value] = f"('{value[:24]}' || lpad(((:first + {step}) % {products})::text, 12, '0'))::uuid"
    lines = [SERIAL, rf"\set first random(0, {products - 1})"]
    for statement in statements:
        text = re.sub(r"xact_lock\(-?\d+\)", "xact_lock(:serial::bigint)", statement)
        for value, expression in new.items():
            text = text.replace(f"'{value}'::uuid", expression)
        for unique in texts:
            text = text.replace(f"'{unique}'", "(:serial::bigint)::text")
        lines.append(" ".join(text.split()) + ";")
    return "\n".join(lines) + "\n"


def _log_statements(superuser_url: str, which: str) -> None:
    execute(superuser_url, f"ALTER SYSTEM SET log_statement = '{which}'", "SELECT pg_reload_conf()")
    time.sleep(0.5)
