"""The data folder of the private PostgreSQL: where it can be, making it with roles and databases, removing it."""

import hashlib
import os
import pwd
import shutil
import subprocess
from pathlib import Path

from stack.binaries import postgres_folder
from stack.credentials import SERVICES
from stack.database_rights import rights_inside_database, roles_and_databases
from stack.errors import StartFailed
from stack.process_table import is_zombie

_OUTSIDE = Path("/var/tmp")  # noqa: S108 - what is made there is checked to be new


class PostgresData:
    """`<run folder>/postgres`, or a link of that name to a folder outside, when the server's user cannot get there."""

    def __init__(self, run_folder: Path, *, user: str | None, passwords: dict[str, str]) -> None:
        """`user`: the account that the server runs as and that owns the data; None for our own."""
        self._link = run_folder / "postgres"
        self._user = user
        self._passwords = passwords
        self.folder = self._link.resolve() if self._link.exists() else self._make_folder()

    def prepare(self) -> None:
        """Make the data ready to be served. What an interrupted start left half made is made anew."""
        if not self._completion_mark.exists():
            _empty(self.folder)
            self._initialise()
        self._remove_lock_of_a_zombie()

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self._link.unlink(missing_ok=True)

    def lock_file_status(self, pid: int | None) -> str:
        """What the server with this pid says of itself: starting, ready, stopping. Empty when it has said nothing."""
        lines = self._lock_file_lines()
        return lines[7].strip() if len(lines) > 7 and lines[0] == str(pid) else ""

    @property
    def _lock_file(self) -> Path:
        return self.folder / "postmaster.pid"

    @property
    def _completion_mark(self) -> Path:
        return self.folder / "storefront-provisioned"

    def _lock_file_lines(self) -> list[str]:
        try:
            return self._lock_file.read_text().splitlines()
        except FileNotFoundError:
            return []

    def _remove_lock_of_a_zombie(self) -> None:
        """A killed server that nobody reaps, as in containers whose first process does not, seems to run for ever."""
        lines = self._lock_file_lines()
        if lines and is_zombie(int(lines[0])):
            self._lock_file.unlink()

    def _make_folder(self) -> Path:
        self._link.unlink(missing_ok=True)
        self._link.mkdir(mode=0o700)
        if self._user:
            _give_to(self._link, self._user)
            if not self._can_be_entered(self._link):
                self._link.rmdir()
                self._link.symlink_to(self._make_folder_outside(self._user))
        return self._link.resolve()

    def _make_folder_outside(self, user: str) -> Path:
        """Named after the checkout. What stands there belongs to a run folder that was deleted."""
        checkout = self._link.parent.parent.resolve()
        digest = hashlib.sha256(str(self._link.parent.resolve()).encode()).hexdigest()[:10]
        folder = _OUTSIDE / f"storefront-postgres-{checkout.name}-{digest}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)  # fails rather than trusts what somebody else has put there
        _give_to(folder, user)
        return folder

    def _can_be_entered(self, folder: Path) -> bool:
        return self._run_as_server_user(["test", "-w", str(folder)]).returncode == 0

    def _initialise(self) -> None:
        binaries, data = postgres_folder(), str(self.folder)
        self._run([str(binaries / "initdb"), "-D", data, "--no-sync", "--username=postgres", "--encoding=UTF8",
                   "--locale=C.UTF-8", "--auth-host=scram-sha-256"])  # fmt: skip
        self._execute("postgres", roles_and_databases(SERVICES, self._passwords))
        for service in SERVICES:
            self._execute(service, rights_inside_database(service))
        self._completion_mark.touch()

    def _execute(self, database: str, statements: list[str]) -> None:
        """In single-user mode: nobody can connect meanwhile. There a semicolon and an empty line end a statement."""
        command = [str(postgres_folder() / "postgres"), "--single", "-j", "-c", "exit_on_error=on", "-c", "fsync=off",
                   "-c", "log_min_error_statement=panic",  # statements have passwords in them
                   "-D", str(self.folder), database]  # fmt: skip
        self._run(command, "".join(f"{statement};\n\n" for statement in statements))

    def _run(self, command: list[str], text: str = "") -> None:
        done = self._run_as_server_user(command, text)
        if done.returncode:
            raise StartFailed(f"{Path(command[0]).name} failed while making the databases:\n{done.stdout}")

    def _run_as_server_user(self, command: list[str], text: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            input=text,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            cwd="/",
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
            user=self._user,
            group=self._user,
            extra_groups=[] if self._user else None,
        )


def _give_to(folder: Path, user: str) -> None:
    account = pwd.getpwnam(user)
    os.chown(folder, account.pw_uid, account.pw_gid)


def _empty(folder: Path) -> None:
    for entry in folder.iterdir():
        shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
