"""`python -m servicekit.contracts` writes the documents in `contracts/`; `--check` fails when they are stale."""

import sys
from pathlib import Path

from servicekit.contracts.documents import documents

_FOLDER = Path(__file__).resolve().parents[2] / "contracts"


def main() -> int:
    """Return the exit status: 1 when `--check` found a difference."""
    wanted = {_FOLDER / name: content for name, content in documents().items()}
    stale = [path for path, content in wanted.items() if not path.exists() or path.read_text("utf-8") != content]
    surplus = [path for path in _FOLDER.rglob("*.json") if path not in wanted]
    if "--check" in sys.argv[1:]:
        for path in stale + surplus:
            sys.stderr.write(f"stale: {path.relative_to(_FOLDER.parent)} (run `make contracts`)\n")
        return 1 if stale or surplus else 0
    for path in surplus:
        path.unlink()
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[path], "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
