"""The statements of a request, as PostgreSQL saw them, run again by pgbench: how fast could they be at best?"""

import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import psycopg2

from stack.binaries import postgres_folder

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


def script(statements: list[str], *, product_id: str, products: int, fixed: set[UUID], texts: set[str]) -> str:
    """For pgbench: another product and other ids each time. `fixed` ids stay, `texts` are unique like ids."""
    ids = dict.fromkeys(value for statement in statements for value in _UUID.findall(statement))
    fresh = [value for value in ids if value != product_id and UUID(value) not in fixed]
    lines = [r"\set n random(1, 9000000000000)", rf"\set product random(0, {products - 1})"]
    for statement in statements:
        text = re.sub(r"xact_lock\(-?\d+\)", "xact_lock(:n::bigint)", statement)
        text = text.replace(
            f"'{product_id}'::uuid", f"('{product_id[:24]}' || lpad((:product::int)::text, 12, '0'))::uuid"
        )
        for number, value in enumerate(fresh):
            new = f"('00000000-0000-7000-8000-' || lpad(to_hex(:n::bigint), 11, '0') || '{number:x}')::uuid"
            text = text.replace(f"'{value}'::uuid", new)
        for unique in texts:
            text = text.replace(f"'{unique}'", "(:n::bigint)::text")
        lines.append(" ".join(text.split()) + ";")
    return "\n".join(lines) + "\n"


def transactions_per_second(path: Path, *, database_url: str, clients: int, seconds: float) -> float:
    """By pgbench, which comes with PostgreSQL."""
    options = ["-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-T", f"{max(1, seconds):.0f}", "-f", str(path)]
    command = [str(postgres_folder() / "pgbench"), *options, database_url]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    match = re.search(r"tps = ([\d.]+)", answer.stdout)
    if match is None:
        raise RuntimeError(answer.stdout + answer.stderr)
    return float(match[1])


def _log_statements(superuser_url: str, which: str) -> None:
    connection = psycopg2.connect(superuser_url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER SYSTEM SET log_statement = '{which}'")
        cursor.execute("SELECT pg_reload_conf()")
    connection.close()
    time.sleep(0.5)
