"""The statements of a request, as PostgreSQL saw them, to be run again by pgbench: how fast could they be at best?"""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from bench.pgbench import SERIAL, SERIAL_ID
from bench.statements import execute

_STATEMENT = re.compile(r"LOG:  statement:(.*?)(?=\n\d{4}-\d\d-\d\d |\Z)", re.DOTALL)
_PREPARE = re.compile(r"PREPARE (\w+) AS\s+(.*)", re.DOTALL)
_EXECUTE = re.compile(r"EXECUTE (\w+)(?:\((.*)\))?", re.DOTALL)
_UUID = re.compile(r"'([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})'::uuid")


class Watch:
    """Reads along in the server's log."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._prepared: dict[str, str] = {}

    def statements_of(self, act: Callable[[], object]) -> list[str]:
        """What `act` has the server do in one transaction, its BEGIN and COMMIT included."""
        begin = self._log.stat().st_size
        act()
        time.sleep(0.5)
        found = [statement.strip() for statement in _STATEMENT.findall(self._log.read_text("utf-8")[begin:])]
        self._prepared.update((match[1], match[2]) for match in map(_PREPARE.fullmatch, found) if match)
        return [self._plain(message) for message in found[found.index("BEGIN") : found.index("COMMIT") + 1]]

    def _plain(self, message: str) -> str:
        """As it would be without `PREPARE`, which pgbench does by itself."""
        return "; ".join(map(self._with_values, _split(message, ";")))

    def _with_values(self, statement: str) -> str:
        execution = _EXECUTE.fullmatch(statement)
        if execution is None:
            return statement
        values = _split(execution[2] or "", ",")
        return re.sub(r"\$(\d+)", lambda place: values[int(place[1]) - 1], self._prepared[execution[1]])


@contextmanager
def watching(superuser_url: str, log: Path) -> Iterator[Watch]:
    """Inside the block the server logs all statements. What was prepared before, the watch does not know."""
    _log_statements(superuser_url, "all")
    try:
        yield Watch(log)
    finally:
        _log_statements(superuser_url, "none")


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


def _split(text: str, separator: str) -> list[str]:
    """At separators that stand within no quotes or brackets."""
    pieces, depth, is_quoted = [""], 0, False
    for character in text:
        is_quoted ^= character == "'"
        if not is_quoted:
            depth += (character in "([") - (character in ")]")
        if character == separator and not is_quoted and not depth:
            pieces.append("")
        else:
            pieces[-1] += character
    return [piece.strip() for piece in pieces]


def _log_statements(superuser_url: str, which: str) -> None:
    execute(superuser_url, f"ALTER SYSTEM SET log_statement = '{which}'", "SELECT pg_reload_conf()")
    time.sleep(0.5)
