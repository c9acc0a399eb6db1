"""A private RabbitMQ node in a folder, with a port mapper of its own, listening on the loopback address only."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from stack import binaries
from stack.amqp_handshake import answers_amqp
from stack.command import Command
from stack.definitions import write_definitions
from stack.files import private_folder, write_private
from stack.output import Output
from stack.ports import HOST, is_free, private_port
from stack.process import Process
from stack.process_record import ProcessRecord

_READY_WITHIN_SECONDS = 120
_SOURCE = Path(__file__).parent.parent / "rabbitmq"
"""Topology and settings that every RabbitMQ of this project shares, in containers as well."""


@dataclass(frozen=True)
class Ports:
    amqp: int
    management: int
    metrics: int
    distribution: int
    epmd: int


class RabbitMQ:
    """The node, supervised: it comes back by itself after a crash, and stays away after `stop()` or `kill()`."""

    def __init__(
        self,
        folder: Path,
        *,
        passwords: dict[str, str],
        erlang_cookie: str,
        management_port: int,
        disposable: bool,
        record: ProcessRecord,
        output: Output,
        name: str = "rabbitmq",
        epmd_port: int | None = None,
        settings: Mapping[str, object] | None = None,
    ) -> None:
        """`passwords` by user name. `disposable`: ended without ceremony.

        For a node of a cluster: its `name`, the port of the port mapper that somebody else keeps running for all of
        them, and further settings of RabbitMQ.
        """
        self.ports = Ports(private_port(), management_port, private_port(), private_port(), epmd_port or private_port())
        self.name = name
        self.folder = private_folder(folder / name)
        self._settings = settings or {}
        self._has_own_epmd = epmd_port is None
        self._data = self.folder / "data"
        self._passwords = passwords
        self._cookie = erlang_cookie
        self._disposable = disposable
        self.epmd = Process(self._epmd_command(), record=record, output=output)
        self.process = Process(self._command(), record=record, output=output)

    def url(self, user: str) -> str:
        return f"amqp://{user}:{self._passwords[user]}@{HOST}:{self.ports.amqp}/%2F"

    @property
    def monitor_url(self) -> str:
        """The management API with the account that sees how the broker is doing, and no message."""
        return f"http://monitor:{self._passwords['monitor']}@{HOST}:{self.ports.management}"

    @property
    def node(self) -> str:
        """As nodes call each other."""
        return "storefront@localhost" if self._has_own_epmd else f"{self.name}@localhost"

    @property
    def management(self) -> dict[str, str]:
        """Address and account for the management UI and its HTTP API."""
        return {
            "url": f"http://{HOST}:{self.ports.management}",
            "username": "operator",
            "password": self._passwords["operator"],
        }

    def start(self) -> None:
        """Start the node and wait until it speaks AMQP. Topology and users are loaded anew at every start."""
        self._write_configuration()
        if self._has_own_epmd:
            self.epmd.start()
            self.epmd.wait_until(lambda: not is_free(self.ports.epmd), timeout_seconds=_READY_WITHIN_SECONDS)
        self.process.start()
        self.process.wait_until(lambda: answers_amqp(HOST, self.ports.amqp), timeout_seconds=_READY_WITHIN_SECONDS)

    def stop(self, *, grace_seconds: float | None = None) -> None:
        if self._disposable:
            self.process.stop_at_once()
        else:
            self.process.stop(grace_seconds=grace_seconds)
        self.epmd.stop()

    def kill(self) -> None:
        """As a crash of the machine would: SIGKILL, and nothing restarts it until `start()`."""
        self.process.stop_at_once()

    def wipe(self) -> None:
        """Delete every message, queue and user of a stopped node. The next start loads the definitions again."""
        shutil.rmtree(self._data, ignore_errors=True)

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def _write_configuration(self) -> None:
        home = private_folder(self.folder / "home")
        cookie = home / ".erlang.cookie"
        write_private(cookie, self._cookie)
        cookie.chmod(0o400)
        definitions = self.folder / "definitions.json"
        write_definitions(_SOURCE / "definitions.json", definitions, self._passwords)
        settings = {
            "listeners.tcp.local": f"{HOST}:{self.ports.amqp}",
            "management.tcp.ip": HOST,
            "management.tcp.port": self.ports.management,
            "prometheus.tcp.ip": HOST,
            "prometheus.tcp.port": self.ports.metrics,
            "load_definitions": definitions,
            **self._settings,
        }
        text = "".join(f"{name} = {value}\n" for name, value in settings.items())
        write_private(private_folder(self.folder / "conf.d") / "90-private.conf", text)

    def _command(self) -> Command:
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "LANG": "C.UTF-8",
            "HOME": str(self.folder / "home"),
            "ERL_EPMD_ADDRESS": HOST,
            "ERL_EPMD_PORT": str(self.ports.epmd),
            "RABBITMQ_NODENAME": self.node,
            "RABBITMQ_DIST_PORT": str(self.ports.distribution),
            "RABBITMQ_MNESIA_BASE": str(self._data),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),  # some logs and dumps are files all the same
            "ERL_CRASH_DUMP": str(self.folder / "erl_crash.dump"),
            "RABBITMQ_CONFIG_FILE": str(_SOURCE / "rabbitmq.conf"),
            "RABBITMQ_CONFIG_FILES": str(self.folder / "conf.d"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(_SOURCE / "enabled_plugins"),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "no-such-file"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1 +sbwt none -kernel inet_dist_use_interface {127,0,0,1}",
        }
        return Command(
            name=self.name,
            arguments=[str(binaries.rabbitmq_folder() / "rabbitmq-server")],
            environment=environment,
            directory=self.folder,
            grace_seconds=12,
            is_shown=False,
        )

    def _epmd_command(self) -> Command:
        """In the foreground and ours: the one that the node would start by itself outlives it."""
        return Command(
            name="epmd",
            arguments=[str(binaries.epmd()), "-address", HOST, "-port", str(self.ports.epmd)],
            environment={"PATH": os.environ.get("PATH", "")},
            directory=self.folder,
            is_shown=False,
        )
