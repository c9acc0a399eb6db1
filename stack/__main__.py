"""`python -m stack up`: the shop in `.run/`, until Ctrl-C or SIGTERM. `python -m stack servers`: PostgreSQL and RabbitMQ only."""

import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from stack.errors import StackError
from stack.servers import Servers
from stack.shop import ROOT, Shop
from stack.terminal import Terminal

_FOLDER = ROOT / ".run"


def main(arguments: list[str]) -> int:
    terminal = Terminal()
    _raise_on_signals()
    try:
        up(terminal)
    except StackError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def up(terminal: Terminal) -> None:
    """Start the shop, show where it is, and keep it until a signal comes. Raises StackError when it cannot start."""
    shop = Shop(_FOLDER, environment={}, step=terminal.step, on_line=terminal.process_line)
    if shop.leftovers:
        terminal.say(f"  Ended what an earlier run left behind: {', '.join(shop.leftovers)}")
    with shop:
        terminal.table("The shop is open", _rows(shop.endpoints), footer="Ctrl-C stops everything. The data stays in .run/")
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            terminal.say("\n  Stopping")
    terminal.say("  Stopped. Everything is kept for the next `make up`")
