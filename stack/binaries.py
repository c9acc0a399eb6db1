"""Where the servers' programs are on this machine. Standard library only: asked before there is a `.venv`."""

import os
import shutil
from pathlib import Path

from stack.errors import NotInstalled

_BREW = [Path("/opt/homebrew/opt"), Path("/usr/local/opt"), Path("/home/linuxbrew/.linuxbrew/opt")]
_DEBIAN_RABBITMQ = Path("/usr/lib/rabbitmq/bin")
"""Not /usr/sbin: the wrappers there switch the user and the home folder."""


def postgres_folder() -> Path:
    """The folder that holds `initdb` and `postgres`: $PG_BINDIR, PATH, Debian's highest version, Homebrew."""
    candidates = [Path(folder) for folder in [os.environ.get("PG_BINDIR", "")] if folder]
    candidates += _from_path("postgres")
    candidates += sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: _number(path.parent.name), reverse=True
    )
    candidates += [folder for brew in _BREW for folder in sorted(brew.glob("postgresql@*/bin"), reverse=True)]
    return _first(candidates, "PostgreSQL", "initdb", "postgres")


def rabbitmq_folder() -> Path:
    """The folder that holds `rabbitmq-server` itself: Debian's, Homebrew's, or the one on PATH."""
    candidates = [_DEBIAN_RABBITMQ, *(brew / "rabbitmq" / "sbin" for brew in _BREW)]
    candidates += [folder for folder in _from_path("rabbitmq-server") if folder != Path("/usr/sbin")]
    return _first(candidates, "RabbitMQ", "rabbitmq-server")


def epmd() -> Path:
    """Erlang's port mapper, which comes with RabbitMQ."""
    return _first(_from_path("epmd"), "epmd", "epmd") / "epmd"


def _from_path(program: str) -> list[Path]:
    found = shutil.which(program)
    return [Path(found).resolve().parent, Path(found).parent] if found else []


def _first(folders: list[Path], title: str, *programs: str) -> Path:
    for folder in folders:
        if all(os.access(folder / program, os.X_OK) for program in programs):
            return folder
    raise NotInstalled(f"{title} is not installed (looked for {', '.join(programs)})")


def _number(text: str) -> float:
    return float(text) if text.replace(".", "", 1).isdigit() else 0.0
