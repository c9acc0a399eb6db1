"""What the operating system says about processes: when one started, and who else is in its session."""

import subprocess
from pathlib import Path

_PROC = Path("/proc")
_HAS_PROC = (_PROC / "self").exists()


def identity(pid: int) -> str | None:
    """What tells a process from a later one with the same pid, also across a reboot; None when there is none."""
    if not _HAS_PROC:
        answer = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
        return answer.stdout.strip() or None
    fields = _fields(pid)
    return None if fields is None else f"{_boot_id()} {fields[19]}"


def session_members(leader: int, leader_identity: str) -> list[int]:
    """The living processes of the session that `leader` opened when it was the process with `leader_identity`.

    Empty when the pid belongs to someone else by now. A dead leader's session counts as its own as long as the machine
    has not been started anew and every member is younger than the leader was.
    """
    if identity(leader) not in (leader_identity, None):
        return []
    if not _HAS_PROC:
        return [leader] if identity(leader) else []
    boot, _, started = leader_identity.partition(" ")
    if boot != _boot_id():
        return []
    return [
        pid
        for pid in _all_pids()
        if (fields := _fields(pid)) and int(fields[3]) == leader and int(fields[19]) >= int(started)
    ]


def _all_pids() -> list[int]:
    return [int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit()]


def _fields(pid: int) -> list[str] | None:
    """/proc/<pid>/stat from the state on: [0] state, [3] session, [19] start in clock ticks since boot. None for a zombie."""
    try:
        fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] == "Z" else fields


def _boot_id() -> str:
    return (_PROC / "sys/kernel/random/boot_id").read_text().strip()
