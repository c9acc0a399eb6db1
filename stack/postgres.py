"""A private PostgreSQL server in a folder, listening on the loopback address only."""

import os
import pwd
import signal
from pathlib import Path

from stack.binaries import postgres_folder
from stack.command import Command
from stack.database_rights import AUDITED
from stack.errors import StartFailed
from stack.output import Output
from stack.ports import HOST, private_port
from stack.postgres_data import PostgresData
from stack.process import Process
from stack.process_record import ProcessRecord
from stack.provisioning import DatabaseUrls, add_missing_auditors

_READY_WITHIN_SECONDS = 30
_NO_FSYNC = {"fsync": "off", "full_page_writes": "off"}
"""What is committed survives `kill -9` all the same, as tests expect: only asynchronous commits would not."""


class Postgres:
    """The server, supervised: it comes back by itself after a crash, and stays away after `stop()` or `kill()`."""

    def __init__(
        self,
        folder: Path,
        *,
        passwords: dict[str, str],
        disposable: bool,
        durable: bool,
        record: ProcessRecord,
        output: Output,
    ) -> None:
        """`passwords` by role name. `disposable`: ended without ceremony. `durable`: with fsync."""
        self.port = private_port()
        self._passwords = passwords
        self._disposable = disposable
        self._durable = durable
        self._data = PostgresData(folder, user=_server_user(), passwords=passwords)
        self.process = Process(self._command(), record=record, output=output)

    @property
    def superuser_url(self) -> str:
        return self._url("postgres", "postgres")

    def urls(self, service: str) -> DatabaseUrls:
        return DatabaseUrls(
            owner=self._url(f"{service}_owner", service),
            app=self._url(f"{service}_app", service),
            auditor=self._url(f"{service}_auditor", service) if service in AUDITED else "",
        )

    @property
    def data_folder(self) -> Path:
        return self._data.folder

    def start(self) -> None:
        """Make the data folder if there is none, start the server, and wait until it takes connections."""
        self._data.prepare()
        self.process.start()
        self.process.wait_until(self._is_ready, timeout_seconds=_READY_WITHIN_SECONDS)
        if not self._disposable:
            add_missing_auditors(self._passwords, superuser_url=self.superuser_url)

    def stop(self, *, grace_seconds: float | None = None) -> None:
        """Ends open connections and writes everything down (SIGTERM would wait for the clients for ever)."""
        if self._disposable:
            self.process.stop_at_once()
        else:
            self.process.stop(grace_seconds=grace_seconds)

    def kill(self) -> None:
        """As a crash of the machine would: SIGKILL, and nothing restarts it until `start()`."""
        self.process.stop_at_once()

    def remove(self) -> None:
        """Delete the data of a stopped server."""
        self._data.remove()

    def _url(self, role: str, database: str) -> str:
        return f"postgresql://{role}:{self._passwords[role]}@{HOST}:{self.port}/{database}"

    def _command(self) -> Command:
        settings = {
            "listen_addresses": HOST,
            "port": str(self.port),
            "unix_socket_directories": "",  # a socket's path ends at 107 bytes, a checkout's may not
            "max_connections": "200",
            "timezone": "UTC",
            **({} if self._durable else _NO_FSYNC),
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return Command(
            name="postgres",
            arguments=[str(postgres_folder() / "postgres"), "-D", str(self._data.folder), *options],
            environment={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
            directory=Path("/"),
            user=_server_user(),
            stop_signal=signal.SIGINT,
            is_shown=False,
        )

    def _is_ready(self) -> bool:
        """The server writes `ready` into its lock file, line 8, which is what `pg_ctl --wait` reads as well."""
        return self._data.lock_file_status(self.process.pid) == "ready"


def _server_user() -> str | None:
    """PostgreSQL refuses to run as root. None: run as whoever we are."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        raise StartFailed("PostgreSQL cannot run as root, and this machine has no user called postgres") from None
