"""One run of Schemathesis against one service: requests made from its own OpenAPI description, good ones and bad ones.

Whatever it sends, the answer must be one that the description foresees for the operation: status, media type, headers,
body. As every error is described as a problem document, this holds errors to that as well, and lets no 5xx through.
"""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.shop_client import Visitor

_LEFT_OUT = (
    # What fits the description may still be refused: a name is taken, a password too common, an order already paid.
    "positive_data_acceptance",
    # What one has made for another is theirs: an admin who creates an account finds no sessions in it.
    "ensure_resource_availability",
)
_ENDS_THE_SESSION = ("/logout",)


@dataclass(frozen=True)
class Run:
    service: str
    role: str
    """`anonymous`, `customer`, `staff` or `admin`."""

    def __str__(self) -> str:
        return f"{self.service} as {self.role}"


def fuzz(
    run: Run, caller: Visitor, *, folder: Path, examples: int, seed: int, left_out_paths: Sequence[str] = ()
) -> str:
    """What Schemathesis found; empty when all is well. `examples` per operation and phase."""
    arguments = [
        "run", f"{caller.urls[run.service]}/openapi.json",
        "--exclude-checks", ",".join(_LEFT_OUT),
        "--max-examples", str(examples), "--seed", str(seed), "--generation-database", "none",
        "--request-timeout", "40", "--warnings", "off", "--no-color", "--no-shrink", "--continue-on-failure",
        "--suppress-health-check", "all",
    ]  # fmt: skip
    if caller.token:
        arguments += ["--header", f"Authorization: Bearer {caller.token}"]
        left_out_paths = (*left_out_paths, *_ENDS_THE_SESSION)
    arguments += [part for path in left_out_paths for part in ("--exclude-path", path)]
    schemathesis = subprocess.run(
        [sys.executable, "-m", "schemathesis.cli", *arguments],
        cwd=folder,
        env=_without_proxy(os.environ),
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if schemathesis.returncode == 0 else f"{run}\n{schemathesis.stdout}{schemathesis.stderr}"


def _without_proxy(environment: Mapping[str, str]) -> dict[str, str]:
    return {**environment, "NO_PROXY": "127.0.0.1"}
