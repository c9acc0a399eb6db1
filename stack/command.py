"""What a process is started from."""

import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Command:
    """How a process is run. `user` needs root and drops to that account, without supplementary groups.

    `health_url` answers 200 when the process is ready. `is_shown`: its output is not only for its log file.
    """

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str] = field(repr=False)
    directory: Path
    user: str | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    grace_seconds: float = 10.0
    health_url: str = ""
    is_shown: bool = True

    def spawn(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self.arguments,
            env=dict(self.environment),
            cwd=self.directory,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=self.user,
            group=self.user,
            extra_groups=[] if self.user else None,
        )
