"""What the kernel says that a process and all that it has started take of the machine."""

import os
from collections.abc import Iterator
from pathlib import Path

from stack.process import Process
from stack.process_table import family, identity

_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")


def memory_mib(process: Process) -> float:
    """What several processes share counts in parts (PSS): the sum over all is what they take together."""
    lines = (line for pid in _pids(process) for line in _text(pid, "smaps_rollup").splitlines())
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def processor_seconds(process: Process) -> float:
    """Taken so far, by those that live."""
    return sum(_ticks(_text(pid, "stat")) for pid in _pids(process)) / _TICKS_PER_SECOND


def _pids(process: Process) -> Iterator[int]:
    if process.pid:
        yield from family(process.pid, identity(process.pid) or "")


def _text(pid: int, name: str) -> str:
    return (_PROC / str(pid) / name).read_text(encoding="utf-8")


def _ticks(stat: str) -> int:
    """In user and in kernel mode: the fields 14 and 15 of proc(5). The name before them may hold blanks."""
    fields = stat.rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
