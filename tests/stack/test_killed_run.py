"""A run folder after its supervisor was killed with -9, and while it is in use."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from stack.errors import AlreadyRunning
from stack.files import read_json, write_private_json
from stack.process_table import identity
from stack.run_folder import RunFolder
from tests.waiting import wait_until

SUPERVISOR = """
import os, sys, time
from pathlib import Path
from stack.command import Command
from stack.output import Output
from stack.process import Process
from stack.run_folder import RunFolder

folder = RunFolder(Path(sys.argv[1]))
shell = "sleep 600 & setsid sleep 600 & wait"
command = Command(name="toy", arguments=["sh", "-c", shell], environment=os.environ, directory=folder.path)
Process(command, record=folder.record, output=Output(folder.path / "logs")).start()
time.sleep(600)
"""

THROWAWAY = """
import sys, time
from pathlib import Path
from stack.servers import Servers

servers = Servers(Path(sys.argv[1]), rabbitmq=False)
servers.start()
print(servers.postgres.data_folder, flush=True)
time.sleep(600)
"""


def test_the_next_run_ends_what_a_killed_one_left_running(tmp_path: Path) -> None:
    family = start_and_kill_a_run(tmp_path)

    folder = RunFolder(tmp_path)

    assert folder.leftovers == ["toy"]
    assert [identity(pid) for pid in family] == [None, None, None]
    folder.release()


def test_a_process_that_has_the_pid_by_now_is_left_alone(tmp_path: Path) -> None:
    bystander = subprocess.Popen(["sleep", "600"], start_new_session=True)
    older = (identity(bystander.pid) or "").rpartition(" ")[0] + " 1"
    write_private_json(tmp_path / "processes.json", [{"name": "toy", "pid": bystander.pid, "identity": older}])

    folder = RunFolder(tmp_path)

    assert folder.leftovers == []
    assert bystander.poll() is None
    folder.release()
    bystander.kill()
    bystander.wait()


def test_a_folder_in_use_is_refused_with_the_users_pid(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)

    with pytest.raises(AlreadyRunning, match=str(os.getpid())):
        RunFolder(tmp_path)

    folder.release()
    RunFolder(tmp_path).release()


def test_throwaway_servers_do_not_outlive_a_run_that_is_killed(tmp_path: Path) -> None:
    run = subprocess.Popen([sys.executable, "-c", THROWAWAY, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert run.stdout
    data = Path(run.stdout.readline().strip())
    (server,) = read_json(tmp_path / "processes.json")

    run.kill()
    run.communicate()

    wait_until(lambda: identity(server["pid"]) is None and not data.exists())


def start_and_kill_a_run(folder: Path) -> list[int]:
    """The pids that the killed supervisor leaves: a shell, its child, and a grandchild in a session of its own."""
    supervisor = subprocess.Popen([sys.executable, "-c", SUPERVISOR, str(folder)])
    (entry,) = wait_until(lambda: read_json(folder / "processes.json"))
    children = Path(f"/proc/{entry['pid']}/task/{entry['pid']}/children")
    wait_until(lambda: len(children.read_text().split()) == 2)
    family = [entry["pid"], *map(int, children.read_text().split())]
    supervisor.send_signal(signal.SIGKILL)
    supervisor.wait()
    assert all(identity(pid) for pid in family)
    return family
