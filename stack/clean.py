"""`python3 -m stack.clean`: remove the shop's data and the tools' caches. Standard library only; `.venv` stays."""

import shutil
import sys
from pathlib import Path

from stack.errors import AlreadyRunning
from stack.run_folder import RunFolder
from stack.terminal import Terminal

_ROOT = Path(__file__).resolve().parent.parent
_CACHES = (".pytest_cache", ".mypy_cache", ".ruff_cache", ".import_linter_cache", ".hypothesis", ".coverage", "htmlcov")


def main() -> int:
    terminal = Terminal()
    folder = _ROOT / ".run"
    try:
        if folder.exists():
            _remove_data(RunFolder(folder))
    except AlreadyRunning as error:
        terminal.say(f"{error}. Stop it first.")
        return 1
    for name in _CACHES:
        _remove(_ROOT / name)
    terminal.say("Removed the shop's data and the tools' caches.")
    return 0


def _remove_data(claimed: RunFolder) -> None:
    """The databases may lie outside the folder, behind a link."""
    _remove((claimed.path / "postgres").resolve())
    _remove(claimed.path)
    claimed.release()


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main())
