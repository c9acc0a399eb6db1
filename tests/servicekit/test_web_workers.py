"""Several workers behind one port are one process to whoever looks at them."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from stack.ports import private_port
from tests.waiting import wait_until

_SERVER = """
import os, sys
from servicekit.http import RequestScope
from servicekit.metrics import exposition
from servicekit.wsgi_server import WebServer

def application(environ, start_response):
    scope = RequestScope("GET", environ["PATH_INFO"], {})
    body = exposition() if environ["PATH_INFO"] == "/metrics" else str(os.getpid()).encode()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    scope.finish(environ["PATH_INFO"], 200)
    return [body]

WebServer("test", lambda: application, host="127.0.0.1", port=int(sys.argv[1]), workers=2, threads=2).run()
"""


@dataclass(frozen=True)
class Server:
    process: "subprocess.Popen[bytes]"
    url: str
    folder: Path
    """Where it puts its temporary files."""

    def get(self, path: str) -> str:
        """Over a connection of its own, which either worker may accept."""
        return httpx2.get(self.url + path, timeout=5).raise_for_status().text

    def is_up(self) -> bool:
        try:
            return bool(self.get("/"))
        except httpx2.TransportError:
            return False

    def counted(self) -> int:
        """Requests for the page, as the metrics have it."""
        [line] = [
            line
            for line in self.get("/metrics").splitlines()
            if line.startswith("http_request_duration_seconds_count") and 'route="/"' in line
        ]
        return int(float(line.rpartition(" ")[2]))

    def workers(self) -> set[int]:
        """Those that answer to forty requests."""
        return {int(self.get("/")) for _ in range(40)}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    port = private_port()
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVER, str(port)], env={**os.environ, "TMPDIR": str(tmp_path)}, start_new_session=True
    )
    running = Server(process, f"http://127.0.0.1:{port}", tmp_path)
    try:
        wait_until(running.is_up, timeout_seconds=20)
        yield running
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_their_requests_are_counted_together(server: Server) -> None:
    before = server.counted()

    workers = server.workers()

    assert len(workers) == 2
    assert {server.counted() for _ in range(10)} == {before + 40}


def test_a_killed_one_is_replaced_and_its_requests_stay_counted(server: Server) -> None:
    killed, *_ = before = server.workers()
    counted = server.counted()

    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: server.is_up() and len(server.workers() - {killed}) == 2, timeout_seconds=20)

    assert len(server.workers() - before) == 1
    assert server.counted() > counted


def test_they_end_together_and_leave_nothing_behind(server: Server) -> None:
    workers = server.workers()

    server.process.send_signal(signal.SIGTERM)

    assert server.process.wait(timeout=10) == 0
    assert not [worker for worker in workers if Path(f"/proc/{worker}").exists()]
    assert not list(server.folder.glob("test-metrics-*"))
