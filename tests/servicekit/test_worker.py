"""A background process: heard by SIGTERM within a moment, and visible to probes."""

import os
import signal
import subprocess
import sys
import time

import httpx2
import pytest

from stack.ports import private_port
from tests.servicekit.stage import wait_until

LOOP = """
from servicekit.worker import Worker
worker = Worker()
worker.start()
while not worker.stopping.is_set():
    worker.beat()
    worker.stopping.wait(0.05)
print("left in order")
"""


@pytest.fixture
def port() -> int:
    return private_port()


def start(port: int) -> subprocess.Popen[bytes]:
    environment = os.environ | {"WORKER_PORT": str(port)}
    return subprocess.Popen([sys.executable, "-c", LOOP], env=environment, stdout=subprocess.PIPE)


def answers(port: int) -> bool:
    try:
        return httpx2.get(f"http://127.0.0.1:{port}/healthcheck").status_code == 200
    except httpx2.TransportError:
        return False


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT])
def test_leaves_in_order_when_told_to(port: int, signal_number: int) -> None:
    process = start(port)
    wait_until(lambda: answers(port))

    process.send_signal(signal_number)
    started = time.monotonic()
    output, _ = process.communicate(timeout=5)

    assert (process.returncode, output) == (0, b"left in order\n")
    assert time.monotonic() - started < 2


def test_shows_its_metrics(port: int) -> None:
    process = start(port)
    wait_until(lambda: answers(port))

    metrics = httpx2.get(f"http://127.0.0.1:{port}/metrics").text

    process.kill()
    process.communicate()
    assert "process_cpu_seconds_total" in metrics
