"""Outlives whoever starts throwaway servers: a test run that is killed with -9 would leave them running for ever."""

import shutil
import subprocess
import sys
from pathlib import Path

from stack.process_record import ProcessRecord

_ROOT = Path(__file__).resolve().parent.parent
_END_SECONDS = 10


class Guard:
    """A process that waits for ours to end, or for `release()`, and then ends what is still on the record."""

    def __init__(self, record: Path, *, data: list[Path]) -> None:
        """`data`: the folders that go with the servers."""
        self._popen = subprocess.Popen(
            [sys.executable, "-m", "stack.guard", record, *data],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for the run that it guards
        )

    def release(self) -> None:
        self._popen.communicate(timeout=_END_SECONDS)


def main(record: Path, data: list[Path]) -> None:
    sys.stdin.read()  # nobody writes: this ends when the other side is closed, by whatever happened there
    ProcessRecord(record).end_leftovers()
    for folder in data:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(argument) for argument in sys.argv[2:]])
