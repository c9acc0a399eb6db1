"""The long form, `make fuzz`: every service by every kind of caller, with a new seed each time, which is printed."""

import secrets
import sys
import tempfile
import time
from pathlib import Path

import click

from stack.credentials import SERVICES
from tests.fuzz.runs import Run, fuzz
from tests.fuzz.shop import caller, fuzzed_shop

_ROLES = ("anonymous", "customer", "staff", "admin")


@click.command()
@click.option("--examples", default=50, show_default=True, help="Per operation and phase.")
@click.option("--seed", type=int, help="Of an earlier run, to repeat it.")
@click.option("--service", "services", type=click.Choice(SERVICES), multiple=True, help="Only this one.")
@click.option("--role", "roles", type=click.Choice(_ROLES), multiple=True, help="Only by this one.")
def main(examples: int, seed: int | None, services: tuple[str, ...], roles: tuple[str, ...]) -> None:
    """Hold the services to their OpenAPI descriptions."""
    seed = secrets.randbelow(2**31) if seed is None else seed
    print(f"seed {seed}", flush=True)
    is_well = True
    with fuzzed_shop() as shop, tempfile.TemporaryDirectory() as folder:
        for run in [Run(service, role) for service in services or SERVICES for role in roles or _ROLES]:
            started = time.monotonic()
            found = fuzz(run, caller(shop, run.role), folder=Path(folder), examples=examples, seed=seed)
            print(found or f"{run}: well", f"({time.monotonic() - started:.0f} s)", flush=True)
            is_well = is_well and not found
    sys.exit(not is_well)


if __name__ == "__main__":
    main()
