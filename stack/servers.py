"""PostgreSQL and RabbitMQ together, in one folder. Tests of one service need just these; `Shop` adds the processes."""

from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from stack.credentials import Credentials
from stack.guard import Guard
from stack.output import Output
from stack.parallel import in_parallel
from stack.ports import private_port
from stack.postgres import Postgres
from stack.process_record import ProcessRecord
from stack.provisioning import DatabaseUrls, create_database
from stack.rabbitmq import RabbitMQ


class Servers:
    """Two servers that start at the same time. Used with `with`, they run inside the block.

    Disposable ones do not outlive us even when we are killed.
    """

    def __init__(
        self,
        folder: Path,
        *,
        rabbitmq: bool = True,
        disposable: bool = True,
        durable: bool = False,
        management_port: int | None = None,
        record: ProcessRecord | None = None,
        output: Output | None = None,
    ) -> None:
        """`rabbitmq=False`: PostgreSQL only. `disposable`: killed at the end, data removed, and no fsync unless
        `durable`, as measurements want it."""
        folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        self.credentials = Credentials.kept_in(folder)
        self._with_rabbitmq = rabbitmq
        self._disposable = disposable
        self._output = output or Output(folder / "logs")
        self._record = record or ProcessRecord(folder / "processes.json")
        self._guard: Guard | None = None
        self.postgres = Postgres(
            folder,
            passwords=self.credentials.postgres,
            disposable=disposable,
            durable=durable or not disposable,
            record=self._record,
            output=self._output,
        )
        self.rabbitmq = RabbitMQ(
            folder,
            passwords=self.credentials.rabbitmq,
            erlang_cookie=self.credentials.erlang_cookie,
            management_port=management_port or private_port(),
            disposable=disposable,
            record=self._record,
            output=self._output,
        )

    def start(self) -> None:
        if self._disposable:
            self._guard = Guard(self._record.path, data=[self.postgres.data_folder, self.rabbitmq.folder])
        starts = [self.postgres.start, self.rabbitmq.start] if self._with_rabbitmq else [self.postgres.start]
        in_parallel(starts, abort=self.kill)

    def stop(self, *, grace_seconds: float | None = None) -> None:
        """SIGKILL to what has not ended when the grace is over."""
        in_parallel(partial(server.stop, grace_seconds=grace_seconds) for server in (self.postgres, self.rabbitmq))
        if self._disposable:
            self.postgres.remove()
            self.rabbitmq.remove()
        if self._guard:
            self._guard.release()
        self._output.close()

    def kill(self) -> None:
        self.postgres.kill()
        self.rabbitmq.kill()

    def create_database(self, service: str, name: str) -> DatabaseUrls:
        """A further, empty database with the service's roles and rights. See `provisioning`."""
        return create_database(self.postgres.urls(service), name, superuser_url=self.postgres.superuser_url)

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
