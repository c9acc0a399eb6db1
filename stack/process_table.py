"""What the operating system says about processes: when one started, whether it lives, and who belongs to it."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_HAS_PROC = (_PROC / "self").exists()


@dataclass(frozen=True)
class _Status:
    pid: int
    is_zombie: bool
    parent: int
    session: int
    started: int
    """In clock ticks since the machine's start."""


def identity(pid: int) -> str | None:
    """What tells a process from a later one with the same pid, also across a reboot; None when none lives."""
    if not _HAS_PROC:
        answer = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
        return answer.stdout.strip() or None
    status = _status(pid)
    return None if status is None or status.is_zombie else f"{_boot_id()} {status.started}"


def is_zombie(pid: int) -> bool:
    """Dead, but not yet taken notice of by its parent; it still counts as existing for `kill(pid, 0)`."""
    status = _status(pid)
    return status is not None and status.is_zombie


def family(leader: int, leader_identity: str) -> set[int]:
    """The living processes that a process started: its session's, and their descendants in other sessions; itself too.

    Empty when the pid belongs to someone else by now. A dead leader's session counts as its own as long as the machine
    has not been started anew and no member is older than the leader.
    """
    if identity(leader) not in (leader_identity, None):
        return set()
    if not _HAS_PROC:
        return {leader} if identity(leader) else set()
    boot, _, started = leader_identity.partition(" ")
    if boot != _boot_id():
        return set()
    living = [status for status in _all() if not status.is_zombie and status.started >= int(started)]
    members = {status.pid for status in living if status.session == leader}
    while descendants := {status.pid for status in living if status.parent in members} - members:
        members |= descendants
    return members


def _all() -> list[_Status]:
    pids = [int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit()]
    return [status for pid in pids if (status := _status(pid))]


def _status(pid: int) -> _Status | None:
    try:
        text = (_PROC / str(pid) / "stat").read_text()
    except OSError:
        return None
    # The name, in brackets, may itself hold brackets and blanks.
    fields = text.rpartition(")")[2].split()
    return _Status(pid, fields[0] == "Z", parent=int(fields[1]), session=int(fields[3]), started=int(fields[19]))


def _boot_id() -> str:
    return (_PROC / "sys/kernel/random/boot_id").read_text().strip()
