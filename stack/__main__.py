"""`python -m stack`: the shop in `.run/`, until Ctrl-C or SIGTERM. Behind `make up`."""

import os
import signal
import sys
import threading
from types import FrameType
from typing import Any

from stack.errors import StackError
from stack.shop import ROOT, Shop
from stack.terminal import Terminal

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_INTERRUPTED = 130


def main() -> int:
    for number in _SIGNALS:
        signal.signal(number, _interrupt_once)
    try:
        up(Terminal())
    except StackError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return _INTERRUPTED
    return 0


def up(terminal: Terminal) -> None:
    """Start the shop, show where it is, and keep it until a signal comes. Raises StackError when it cannot start."""
    log_format = {"LOG_FORMAT": os.environ.get("LOG_FORMAT", "console")}
    shop = Shop(ROOT / ".run", environment=log_format, step=terminal.step, on_line=terminal.process_line)
    if shop.leftovers:
        terminal.say(f"  An earlier run was killed. Ended what it had left running: {', '.join(shop.leftovers)}")
    with shop:
        terminal.table("The shop is open", _rows(shop.endpoints), footer="Ctrl-C stops it. Its data stays in .run/")
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            terminal.say()
    terminal.say("  The shop is closed. `make up` opens it again with the same data.")


def _rows(endpoints: dict[str, Any]) -> list[list[str]]:
    management = endpoints["rabbitmq_management"]
    documentation = [
        ["API documentation" if service == "product" else "", f"{endpoints[service]}/docs", service]
        for service in ("product", "auth", "payment")
    ]
    accounts = [
        ["Demo accounts" if name == "customer" else "", account["username"], account["password"]]
        for name, account in endpoints["accounts"].items()
    ]
    return [
        ["Shop", endpoints["product"]],
        [],
        *documentation,
        [],
        ["RabbitMQ", management["url"], management["username"], management["password"]],
        [],
        *accounts,
    ]


def _interrupt_once(_number: int, _frame: FrameType | None) -> None:
    """The stop that follows is bounded; a second Ctrl-C, or one passed on by `make` as well, must not cut it short."""
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
