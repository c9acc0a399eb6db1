"""`.venv` with the packages of requirements-dev.txt, each checked against its hash.

Standard library only: this runs before there is a `.venv`.
"""

import hashlib
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from stack.errors import NotInstalled
from stack.terminal import Terminal

_ROOT = Path(__file__).resolve().parent.parent
_VENV = _ROOT / ".venv"
_PYTHON = _VENV / "bin" / "python"
_REQUIREMENTS = _ROOT / "requirements-dev.txt"
_STAMP = _VENV / "requirements.sha256"


def ensure(terminal: Terminal) -> None:
    """Make or update `.venv`. Does nothing when it was made from these requirements by this Python."""
    wanted = hashlib.sha256(_REQUIREMENTS.read_bytes()).hexdigest()
    is_made = _is_of_this_python()
    if is_made and _STAMP.exists() and _STAMP.read_text(encoding="utf-8") == wanted:
        return
    if not is_made:
        with terminal.step("Making .venv"):
            _run(sys.executable, "-m", "venv", "--clear", str(_VENV))
    with terminal.step("Installing the Python packages"):
        _install(terminal)
    _STAMP.write_text(wanted, encoding="utf-8")


def _is_of_this_python() -> bool:
    """False also after the Python that it was made from has gone, or where it was made only half."""
    question = "import pip, sys; print(sys.base_prefix, sys.version)"
    try:
        done = subprocess.run([_PYTHON, "-c", question], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return done.stdout == f"{sys.base_prefix} {sys.version}\n"


def _install(terminal: Terminal) -> None:
    """By uv, which takes seconds; by pip where uv does not run or cannot reach the packages."""
    arguments = ["--require-hashes", "-r", str(_REQUIREMENTS)]
    try:
        _install_uv()
        # The machine's own certificates, as pip uses them: there may be a proxy in between that is known only to it.
        # Compiled here, as pip does: with PYTHONDONTWRITEBYTECODE set, each start of a process would do it again.
        uv = [str(_VENV / "bin" / "uv"), "--system-certs", "pip", "install", "--compile-bytecode"]
        _run(*uv, "--python", str(_PYTHON), *arguments)
    except (NotInstalled, OSError) as error:
        terminal.say(f"  uv could not do it, so pip does, which takes longer. The reason:\n{error}")
        _run(str(_PYTHON), "-m", "pip", "install", *arguments)


def _install_uv() -> None:
    """In the version and with the hashes that the requirements name."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as requirement:
        requirement.write(pinned("uv", _REQUIREMENTS.read_text(encoding="utf-8")))
        requirement.flush()
        _run(str(_PYTHON), "-m", "pip", "install", "--require-hashes", "-r", requirement.name)


def pinned(package: str, requirements: str) -> str:
    """The package's version and hashes, as they stand in the text of a requirements file. Raises NotInstalled."""
    found = re.search(rf"^{re.escape(package)}==(?:[^\\\n]|\\\n)*", requirements, re.MULTILINE)
    if not found:
        raise NotInstalled(f"{package} is not among the requirements")
    return found.group()


def _run(*command: str) -> None:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        raise NotInstalled(f"{' '.join(command)} failed:\n{done.stdout}")
