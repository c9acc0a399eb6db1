"""The Debian packages that the shop needs: which are missing, and installing them without starting a system service.

Standard library only: this runs before there is a `.venv`.
"""

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from stack.binaries import postgres_folder, rabbitmq_folder
from stack.errors import NotInstalled
from stack.terminal import Terminal

_APT_INSTALL = ("apt-get", "install", "-y", "--no-install-recommends")
_POLICY = Path("/usr/sbin/policy-rc.d")
_CLUSTER_SETTINGS = Path("/etc/postgresql-common/createcluster.d/storefront.conf")


@dataclass(frozen=True)
class SystemPackage:
    name: str
    purpose: str
    is_present: Callable[[], bool]


def _finds(look: Callable[[], Path]) -> Callable[[], bool]:
    def is_present() -> bool:
        try:
            look()
        except NotInstalled:
            return False
        return True

    return is_present


FOR_THE_SHOP = (
    SystemPackage("postgresql", "the three databases", _finds(postgres_folder)),
    SystemPackage("rabbitmq-server", "the message broker", _finds(rabbitmq_folder)),
    SystemPackage("python3-venv", "the folder of Python packages", lambda: bool(importlib.util.find_spec("ensurepip"))),
)
FOR_THE_TESTS = (
    SystemPackage("chromium", "the browser tests", lambda: shutil.which("chromium") is not None),
    SystemPackage("redis-server", "the tests of throttling", lambda: shutil.which("redis-server") is not None),
)


def ensure(packages: Sequence[SystemPackage], terminal: Terminal) -> None:
    """Install what is missing, when root. Otherwise raises NotInstalled with the line to type."""
    missing = [package for package in packages if not package.is_present()]
    if not missing:
        return
    names = [package.name for package in missing]
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise NotInstalled(_instructions(missing))
    for package in missing:
        terminal.say(f"  Needed and not on this machine: {package.name}, for {package.purpose}")
    with terminal.step("Fetching the lists of Debian packages"):
        _run("apt-get", "update")
    with terminal.step("Installing them"), _without_starting_services():
        _run(*_APT_INSTALL, *names)


def _instructions(missing: Sequence[SystemPackage]) -> str:
    names = " ".join(package.name for package in missing)
    return (
        f"Missing on this machine: {names}\n\n"
        f"  Debian, Ubuntu   sudo apt-get update && sudo {' '.join(_APT_INSTALL)} {names}\n"
        "  macOS            brew install postgresql@17 rabbitmq python@3.12\n\n"
        "Then try again. The other way, which needs Docker only: see docker-compose.yml."
    )


def _run(*command: str) -> None:
    done = subprocess.run(
        command,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NotInstalled(f"{' '.join(command)} failed:\n{done.stdout}")


@contextmanager
def _without_starting_services() -> Iterator[None]:
    """The packages would start a PostgreSQL and a RabbitMQ of their own. Both precautions are gone afterwards."""
    with ExitStack() as stack:
        if not _POLICY.exists():
            stack.enter_context(_temporary_file(_POLICY, "#!/bin/sh\nexit 101\n", mode=0o755))
        stack.enter_context(_temporary_file(_CLUSTER_SETTINGS, "create_main_cluster = false\n", mode=0o644))
        yield


@contextmanager
def _temporary_file(path: Path, text: str, *, mode: int) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    try:
        yield
    finally:
        path.unlink()
