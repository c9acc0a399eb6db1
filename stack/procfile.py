"""Reads the Procfile: every process of the system, one `name: command` per line, named `<service>-<kind>`."""

import shlex
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Line:
    name: str
    arguments: tuple[str, ...]

    @property
    def service(self) -> str:
        return self.name.partition("-")[0]

    @property
    def is_web(self) -> bool:
        """Web processes answer on the service's own port, all others on a port for their health and metrics."""
        return self.name.partition("-")[2] == "web"


def read_procfile(path: Path) -> list[Line]:
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    named = (line.partition(":") for line in lines if line and not line.startswith("#"))
    return [Line(name.strip(), tuple(shlex.split(command))) for name, _, command in named]
