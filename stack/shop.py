"""The whole shop: servers, migrations, demo data, and every process of the Procfile, up until told to stop."""

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from stack import preparation
from stack.credentials import SERVICES
from stack.endpoints import endpoints
from stack.environment import MANAGEMENT_PORT, PREFERRED_PORTS, shop_environment
from stack.files import write_private_json
from stack.one_off import OneOffs
from stack.output import Output
from stack.parallel import in_parallel
from stack.ports import preferred_port, private_port
from stack.postgres import Postgres
from stack.procfile import read_procfile
from stack.rabbitmq import RabbitMQ
from stack.run_folder import RunFolder
from stack.servers import Servers
from stack.shop_processes import ShopProcesses

ROOT = Path(__file__).resolve().parent.parent
_STOP_WITHIN_SECONDS = 14.0

Step = Callable[[str], AbstractContextManager[object]]
"""Announces a piece of work for as long as the context is open. Called from several threads."""


class Shop:
    """One running shop in a folder. Used with `with`, it is healthy inside the block.

    Its parts can be stopped, killed and started one by one: `processes["payment-consumer"]`, `postgres`, `rabbitmq`.
    """

    def __init__(
        self,
        folder: Path,
        *,
        disposable: bool = False,
        durable: bool = False,
        environment: Mapping[str, str] | None = None,
        step: Step = nullcontext,
        on_line: Callable[[str, str], None] | None = None,
    ) -> None:
        """Claims the folder (raises AlreadyRunning) and ends what a killed run left there; starts nothing yet.

        `disposable`: for tests; any free ports, killed at the end and removed, and no fsync unless `durable`.
        `environment`: variables for all processes that replace the shop's own.
        `on_line(process name, line)`: gets the output of the services' processes, from several threads.
        """
        self._folder = RunFolder(folder)
        self._endpoints_path.unlink(missing_ok=True)
        self._step = step
        self.output = Output(self._folder.path / "logs", listener=on_line)
        self._ports = _ports(disposable=disposable)
        self.servers = Servers(
            self._folder.path,
            disposable=disposable,
            durable=durable,
            management_port=private_port() if disposable else preferred_port(MANAGEMENT_PORT),
            record=self._folder.record,
            output=self.output,
        )
        self.environment = shop_environment(self._folder.path, servers=self.servers, ports=self._ports)
        self.environment |= environment or {}
        self._one_offs = OneOffs(ROOT, record=self._folder.record, output=self.output)
        self.processes = ShopProcesses(
            read_procfile(ROOT / "Procfile"),
            directory=ROOT,
            environment=self.environment,
            record=self._folder.record,
            output=self.output,
        )

    @property
    def leftovers(self) -> list[str]:
        """Names of the processes that an earlier, killed run had left behind, and that were ended."""
        return self._folder.leftovers

    @property
    def postgres(self) -> Postgres:
        return self.servers.postgres

    @property
    def rabbitmq(self) -> RabbitMQ:
        return self.servers.rabbitmq

    @property
    def endpoints(self) -> dict[str, Any]:
        """What `endpoints.json` says; the file exists, and is kept true, from `start()` to `stop()`."""
        return endpoints(ports=self._ports, servers=self.servers, pids=self._folder.record.pids())

    def start(self) -> None:
        """Returns when every process is healthy. Raises StartFailed, with everything stopped again."""
        try:
            in_parallel([self._start_rabbitmq, self._prepare_databases], abort=self._abort)
            with self._step("Starting the services"):
                self.processes.start()
            self._folder.record.tell(self._write_endpoints)
        except BaseException:
            self._abort()
            self.stop()
            raise

    def stop(self) -> None:
        """Services first, servers last, within 15 s. What has not ended by then is killed; no data is lost by that."""
        deadline = time.monotonic() + _STOP_WITHIN_SECONDS
        self._folder.record.tell(None)
        self._endpoints_path.unlink(missing_ok=True)
        with self._step("Stopping the services and RabbitMQ"):
            in_parallel([self.processes.stop_web, partial(self._stop_workers_and_rabbitmq, deadline)])
        with self._step("Stopping PostgreSQL"):
            self.servers.stop(grace_seconds=_remaining(deadline))
        self._folder.release()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def _endpoints_path(self) -> Path:
        return self._folder.path / "endpoints.json"

    def _write_endpoints(self) -> None:
        write_private_json(self._endpoints_path, self.endpoints)

    def _start_rabbitmq(self) -> None:
        with self._step("Starting RabbitMQ"):
            self.rabbitmq.start()

    def _prepare_databases(self) -> None:
        with self._step("Starting PostgreSQL"):
            self.postgres.start()
        with self._step("Migrating the databases"):
            urls = {service: self.postgres.urls(service) for service in SERVICES}
            preparation.migrate(self._one_offs, self.environment, urls)
        seeded = self._folder.path / "seeded"
        if not seeded.exists():
            with self._step("Filling in the demo catalogue and accounts"):
                preparation.seed(self._one_offs, self.environment, passwords=self.servers.credentials.accounts)
            seeded.touch()

    def _stop_workers_and_rabbitmq(self, deadline: float) -> None:
        """Side by side with the web processes, which do not need it: RabbitMQ 3.10 takes six seconds to stop."""
        self.processes.stop_workers()
        self.rabbitmq.stop(grace_seconds=_remaining(deadline))

    def _abort(self) -> None:
        """End whatever a start is waiting for."""
        self._one_offs.kill()
        self.servers.kill()


def _remaining(deadline: float) -> float:
    return max(0.5, deadline - time.monotonic())


def _ports(*, disposable: bool) -> dict[str, int]:
    if disposable:
        return {service: private_port() for service in PREFERRED_PORTS}
    others = {*PREFERRED_PORTS.values(), MANAGEMENT_PORT}
    return {service: preferred_port(first, avoid=others) for service, first in PREFERRED_PORTS.items()}
