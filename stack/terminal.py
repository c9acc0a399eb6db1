"""What `make up` shows: steps with their times, the processes' output by name, a table. Plain when not a terminal."""

import io
import os
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

_BOLD, _DIM, _GREEN, _RED = "1", "2", "32", "31"
_NAME_COLOURS = ("36", "33", "35", "34", "32", "96", "93", "95", "94")
_NAME_WIDTH = 16
_TITLE_WIDTH = 46


class Terminal:
    """One writer for many threads. On a terminal, the steps under way stand on the last line."""

    def __init__(self) -> None:
        self._stream = sys.stdout
        if isinstance(self._stream, io.TextIOWrapper):
            self._stream.reconfigure(errors="replace")  # for terminals that know no ✓
        self._is_terminal = self._stream.isatty()
        self._in_colour = self._is_terminal and "NO_COLOR" not in os.environ
        self._under_way: list[str] = []
        self._colours: dict[str, str] = {}
        self._lock = threading.RLock()

    def say(self, text: str = "") -> None:
        with self._lock:
            self._write(f"{text}\n" + self._status())

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Shows that this is being done, and afterwards how long it took."""
        started = time.monotonic()
        self._set_under_way(title, is_under_way=True)
        try:
            yield
        except BaseException:
            self._finish(title, self.styled("✗", _RED), "not done")
            raise
        self._finish(title, self.styled("✓", _GREEN), f"{time.monotonic() - started:.1f} s")

    def process_line(self, name: str, line: str) -> None:
        """One line of a process's output, behind its name."""
        colour = self._colours.setdefault(name, _NAME_COLOURS[len(self._colours) % len(_NAME_COLOURS)])
        self.say(f"{self.styled(f'{name:<{_NAME_WIDTH}} |', colour)} {line}")

    def table(self, title: str, rows: Sequence[Sequence[str]], *, footer: str = "") -> None:
        """`rows` in columns; an empty row is a gap. The first cell of a row is its label."""
        widths = [max(len(row[column]) for row in rows if len(row) > column) for column in range(max(map(len, rows)))]
        lines = ["", f"  {self.styled(title, _BOLD)}", ""]
        for row in rows:
            cells = [f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False)]
            lines.append(("  " + "   ".join([self.styled(cells[0], _DIM), *cells[1:]])).rstrip() if cells else "")
        closing = ["", f"  {self.styled(footer, _DIM)}"] if footer else []
        self.say("\n".join([*lines, *closing, ""]))

    def styled(self, text: str, code: str) -> str:
        return f"\033[{code}m{text}\033[0m" if self._in_colour else text

    def _finish(self, title: str, mark: str, result: str) -> None:
        with self._lock:
            self._set_under_way(title, is_under_way=False)
            self.say(f"  {mark} {title:<{_TITLE_WIDTH}}{self.styled(f'{result:>8}', _DIM)}")

    def _set_under_way(self, title: str, *, is_under_way: bool) -> None:
        with self._lock:
            self._under_way.append(title) if is_under_way else self._under_way.remove(title)
            if self._is_terminal:
                self._write(self._status())

    def _status(self) -> str:
        if not self._is_terminal or not self._under_way:
            return ""
        return self.styled(f"  … {', '.join(self._under_way)}", _DIM)

    def _write(self, text: str) -> None:
        """A reader that went away (`make up | head`, a closed window) must not keep the processes from writing on."""
        with suppress(OSError):
            self._stream.write(("\r\033[K" if self._is_terminal else "") + text)
            self._stream.flush()
