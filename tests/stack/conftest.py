"""Processes under supervision, for tests of the supervision itself."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from stack.command import Command
from stack.output import Output
from stack.process import Process
from stack.process_record import ProcessRecord

MakeProcess = Callable[..., Process]


@pytest.fixture
def make_process(tmp_path: Path) -> Iterator[MakeProcess]:
    """Makes a process that runs a piece of Python; whatever was started is killed after the test."""
    made: list[Process] = []
    output = Output(tmp_path / "logs")
    record = ProcessRecord(tmp_path / "processes.json")

    def make(code: str, **command: Any) -> Process:
        arguments = [sys.executable, "-u", "-c", code]
        values: dict[str, Any] = {"name": "toy", "environment": os.environ, "directory": tmp_path} | command
        made.append(Process(Command(arguments=arguments, **values), record=record, output=output))
        return made[-1]

    yield make
    for process in made:
        process.stop_at_once()
    output.close()
