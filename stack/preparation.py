"""What is done to the databases before the processes start: migrations at every start, demo data once."""

from collections.abc import Mapping
from functools import partial

from stack.credentials import SERVICES
from stack.environment import only_for, owner_url_variable
from stack.one_off import OneOffs
from stack.parallel import in_parallel
from stack.provisioning import DatabaseUrls


def migrate(one_offs: OneOffs, environment: Mapping[str, str], urls: Mapping[str, DatabaseUrls]) -> None:
    """Bring all three schemas up to date at the same time, each as the owner of its database."""

    def run(service: str) -> None:
        variables = only_for(service, environment) | {owner_url_variable(service): urls[service].owner}
        one_offs.run(f"{service}-migrate", ["python", "-m", service, "migrate"], variables)

    in_parallel((partial(run, service) for service in SERVICES), abort=one_offs.kill)


def seed(one_offs: OneOffs, environment: Mapping[str, str], *, passwords: Mapping[str, str]) -> None:
    """Demo catalogue and accounts (`passwords` by user name, which is the role). May be repeated."""

    def run(service: str, *arguments: str, stdin: str = "") -> None:
        one_offs.run(
            f"{service}-seed", ["python", "-m", service, *arguments], only_for(service, environment), stdin=stdin
        )

    catalogue = partial(run, "product", "seed_catalogue")
    accounts = [
        partial(
            run, "auth", "create-user", name, "--email", f"{name}@example.com", "--role", name, stdin=f"{password}\n"
        )
        for name, password in passwords.items()
    ]
    in_parallel([catalogue, *accounts], abort=one_offs.kill)
