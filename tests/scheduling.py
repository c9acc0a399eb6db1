"""Which tests one worker of pytest-xdist runs: those of a folder whose servers take long to start stay together.

xdist's own way, `--dist loadgroup` with a mark, has no effect with pytest 9.2 (pytest-dev/pytest-xdist#1386).
"""

from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

TOGETHER = ("tests/faults/", "tests/servicekit/", "tests/fuzz/", "tests/security/")


class SchedulingByFolder(LoadScopeScheduling):  # type: ignore[misc]
    """Hands out tests one by one, and these folders whole, the largest first: it must not be waited for at the end."""

    def _split_scope(self, nodeid: str) -> str:
        return next((folder for folder in TOGETHER if nodeid.startswith(folder)), nodeid)
