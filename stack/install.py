"""`python3 -m stack.install [--for-tests]`: what the shop needs on this machine. Quick when all is there.

Run by the system's Python, with its standard library only.
"""

import signal
import sys

from stack import python_packages, system_packages
from stack.errors import StackError
from stack.terminal import Terminal

_OLDEST_PYTHON = (3, 11)


def main(arguments: list[str]) -> int:
    # Ends by an exception, so that the precautions taken against starting system services are undone.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    terminal = Terminal()
    if sys.version_info < _OLDEST_PYTHON:
        terminal.say(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}. Try: make PYTHON=python3.12 …")
        return 1
    tests = system_packages.FOR_THE_TESTS if "--for-tests" in arguments else ()
    try:
        system_packages.ensure([*system_packages.FOR_THE_SHOP, *tests], terminal)
        python_packages.ensure(terminal)
    except StackError as error:
        terminal.say(f"\n{error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
