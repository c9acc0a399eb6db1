"""What the supervisor does when a process dies, hangs, or leaves children."""

import os
import signal
from pathlib import Path

import pytest

from stack.errors import StartFailed
from stack.files import read_json
from stack.process_table import identity
from tests.stack.conftest import MakeProcess
from tests.waiting import wait_until

FOR_EVER = "import time; print('here', flush=True); time.sleep(600)"
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + FOR_EVER
PARENT = "import subprocess; print(subprocess.Popen(['sleep', '600']).pid, flush=True); " + FOR_EVER


def test_what_dies_is_started_again(make_process: MakeProcess, tmp_path: Path) -> None:
    process = make_process(FOR_EVER)
    process.start()
    first = process.pid

    process.kill()

    assert wait_until(lambda: process.pid) != first
    assert process.restarts == 1
    wait_until(lambda: [entry["pid"] for entry in read_json(tmp_path / "processes.json")] == [process.pid])


def test_what_was_stopped_stays_away_until_it_is_started(make_process: MakeProcess, tmp_path: Path) -> None:
    process = make_process(FOR_EVER)
    process.start()

    process.stop()

    assert process.pid is None
    assert process.restarts == 0
    assert read_json(tmp_path / "processes.json") == []
    process.start()
    assert process.pid


def test_what_does_not_heed_its_stop_signal_is_killed(make_process: MakeProcess) -> None:
    process = make_process(DEAF, grace_seconds=0.3)
    process.start()
    wait_until(lambda: "here" in process.last_lines)

    process.stop()

    assert process.pid is None


def test_children_do_not_outlive_their_parent(make_process: MakeProcess) -> None:
    process = make_process(PARENT)
    process.start()
    wait_until(lambda: "here" in process.last_lines)
    child = int(process.last_lines[0])

    os.kill(process.pid or 0, signal.SIGKILL)

    wait_until(lambda: identity(child) is None)


def test_a_process_that_cannot_start_is_reported_with_its_last_words(make_process: MakeProcess) -> None:
    process = make_process("raise SystemExit('the cellar is flooded')")
    process.start()

    with pytest.raises(StartFailed, match="the cellar is flooded"):
        process.wait_until(lambda: False, timeout_seconds=30)


def test_waiting_ends_when_the_process_is_stopped_meanwhile(make_process: MakeProcess) -> None:
    process = make_process(FOR_EVER)
    process.start()
    process.stop()

    with pytest.raises(StartFailed):
        process.wait_until(lambda: True, timeout_seconds=30)
