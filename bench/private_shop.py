"""A shop, or one service of it, for a measurement: private servers in a temporary folder, all gone afterwards.

They are as durable as those of a real shop: what a commit costs belongs to what is measured.
"""

import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from stack.credentials import SERVICES
from stack.environment import only_for, owner_url_variable, service_url, shop_environment
from stack.one_off import OneOffs
from stack.output import Output
from stack.ports import private_port
from stack.process_record import ProcessRecord
from stack.procfile import read_procfile
from stack.provisioning import DatabaseUrls
from stack.servers import Servers
from stack.shop import ROOT, Shop
from stack.shop_processes import ShopProcesses

_SETTINGS = {
    "ENVIRONMENT": "production",
    "LOG_LEVEL": "WARNING",
    # All people of a measurement come from one address.
    "AUTH_THROTTLE_REGISTRATION_PER_ADDRESS": "1000000 per hour",
    "AUTH_THROTTLE_SIGN_IN_PER_ADDRESS": "1000000 per hour",
}


@contextmanager
def private_shop(environment: Mapping[str, str] | None = None) -> Iterator[Shop]:
    """All processes of the Procfile, healthy, with the demo catalogue. `environment` replaces settings."""
    with (
        tempfile.TemporaryDirectory(prefix="storefront-bench-") as folder,
        Shop(Path(folder), disposable=True, durable=True, environment=_SETTINGS | dict(environment or {})) as shop,
    ):
        yield shop


@dataclass(frozen=True)
class PrivateService:
    """One service, running alone: the addresses of the others lead nowhere."""

    name: str
    url: str
    database: DatabaseUrls
    environment: Mapping[str, str]
    """What its processes get; also for commands run with it."""
    processes: ShopProcesses
    servers: Servers
    commands: OneOffs
    output: Output

    def run(self, *arguments: str, stdin: str = "") -> None:
        """`python -m <service> <arguments>`, to its end. Raises StartFailed when it fails."""
        self.commands.run(self.name, ["python", "-m", self.name, *arguments], self.environment, stdin=stdin)


@contextmanager
def private_service(
    name: str,
    *,
    environment: Mapping[str, str] | None = None,
    processes: Collection[str] | None = None,
    rabbitmq: bool = False,
) -> Iterator[PrivateService]:
    """The service on a migrated, empty database. `processes`: names of the Procfile; the web process when None."""
    with tempfile.TemporaryDirectory(prefix="storefront-bench-") as name_of_folder:
        folder = Path(name_of_folder)
        output, record = Output(folder / "logs"), ProcessRecord(folder / "processes.json")
        with Servers(folder, rabbitmq=rabbitmq, durable=True, record=record, output=output) as servers:
            ports = {service: private_port() for service in SERVICES}
            settings = shop_environment(folder, servers=servers, ports=ports) | _SETTINGS | dict(environment or {})
            wanted = {f"{name}-web"} if processes is None else set(processes)
            lines = [line for line in read_procfile(ROOT / "Procfile") if line.name in wanted]
            service = PrivateService(
                name=name,
                url=service_url(ports, name),
                database=servers.postgres.urls(name),
                environment=only_for(name, settings),
                processes=ShopProcesses(lines, directory=ROOT, environment=settings, record=record, output=output),
                servers=servers,
                commands=OneOffs(ROOT, record=record, output=output),
                output=output,
            )
            _migrate(service)
            try:
                service.processes.start()
                yield service
            finally:
                service.processes.stop()


def _migrate(service: PrivateService) -> None:
    as_owner = {**service.environment, owner_url_variable(service.name): service.database.owner}
    service.commands.run(f"{service.name}-migrate", ["python", "-m", service.name, "migrate"], as_owner)
