"""`make reconcile`: runs `payment reconcile` on the running shop. It finds the databases by itself, and only reads."""

import os
import subprocess
import sys
from typing import Any

from stack.environment import auditors_variables
from stack.files import read_json
from stack.shop import ROOT


def auditors_environment(endpoints: dict[str, Any]) -> dict[str, str]:
    """The variables of `payment reconcile`, without the rights of any process of the shop."""
    auditors = endpoints["auditors"]
    return {
        "ENVIRONMENT": "development",
        "LOG_FORMAT": "console",
        "PAYMENT_AUTH_URL": endpoints["auth"],
        "PAYMENT_DATABASE_URL": auditors["payment"],
        **auditors_variables(orders_url=auditors["product"], payments_url=auditors["payment"]),
    }


def main() -> int:
    endpoints = read_json(ROOT / ".run" / "endpoints.json")
    if endpoints is None:
        print("The shop is not running. Start it with `make up`, then try again in another terminal.")
        return 1
    command = [sys.executable, "-m", "payment", "reconcile", *sys.argv[1:]]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **auditors_environment(endpoints)}, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
