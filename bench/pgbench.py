"""PostgreSQL's own client for measurements: what the server commits at best of a transaction's statements."""

import re
import subprocess
import tempfile
import time

from stack.binaries import postgres_folder

CLIENTS = 8
"""As many as two cores can use, when each commit waits for the disk."""
SERIAL = "\\set n :n + 1\n\\set serial :n * 1000 + :client_id\n"
"""For the beginning of a script: its `:serial` was never there before, and ascends within each client."""
SERIAL_ID = "(lpad(to_hex(:serial::bigint), 16, '0') || '{kind:02x}' || repeat('0', 14))::uuid"
"""Ascends as well, as UUIDv7 does: it is at their ends that the indexes grow."""


def transactions_per_second(
    script: str, *, database_url: str, seconds: float, clients: int = CLIENTS, is_prepared: bool = True
) -> float:
    """Of a script in pgbench's language. Raises `RuntimeError` when a statement fails."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        protocol = "prepared" if is_prepared else "simple"
        options = ["-n", "-M", protocol, "-c", str(clients), "-j", "2", "-T", f"{max(1, seconds):.0f}"]
        options += ["-D", f"n={time.time_ns() // 1000}", "-f", file.name]
        command = [str(postgres_folder() / "pgbench"), *options, database_url]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    found = re.search(r"^tps = ([\d.]+)", done.stdout, re.MULTILINE)
    if found is None or done.returncode:
        raise RuntimeError(done.stderr)
    return float(found[1])
