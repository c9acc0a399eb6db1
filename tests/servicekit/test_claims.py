"""What a relay has claimed is its own while it lives, and another's soon after it was killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from stack.shop import ROOT
from tests.servicekit.stage import Stage, make_event, wait_until

PROMISED_SECONDS = 5
CRASHING_RELAY = """
import sys
from faults.patches import crash_points
crash_points.install("product-relay")
from servicekit.outbox.relay import run_relay
run_relay(database_url=sys.argv[1], amqp_url=sys.argv[2], exchange="product.events")
"""
UNPUBLISHED = "SELECT attempts FROM outbox_events WHERE published_at IS NULL"


def test_what_a_killed_relay_has_claimed_is_published_within_five_seconds(stage: Stage, tmp_path: Path) -> None:
    stage.record(*(make_event() for _ in range(600)))
    (tmp_path / "product-relay@after-claim").touch()

    killed = subprocess.run(
        [sys.executable, "-c", CRASHING_RELAY, stage.database_url, stage.rabbitmq.url("product")],
        cwd=ROOT, env=os.environ | {"FAULTS_CRASH_FOLDER": str(tmp_path)}, start_new_session=True, timeout=30,
        stdout=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    died_at = time.monotonic()

    assert killed.returncode == -signal.SIGKILL
    assert stage.rows(f"{UNPUBLISHED} AND claimed_until > now()") == [(1,)] * 500
    with stage.relay():
        wait_until(lambda: not stage.rows(UNPUBLISHED))
        assert time.monotonic() - died_at < PROMISED_SECONDS
    assert len(stage.drain()) == 600


def test_what_a_relay_waits_for_is_not_published_by_another(stage: Stage) -> None:
    with stage.relay(), stage.relay():
        stage.record(make_event())
        wait_until(lambda: not stage.rows(UNPUBLISHED))
        stage.rabbitmq.process.kill(signal.SIGSTOP)
        try:
            stage.record(*(make_event() for _ in range(20)))
            time.sleep(PROMISED_SECONDS)
        finally:
            stage.rabbitmq.process.kill(signal.SIGCONT)
        wait_until(lambda: not stage.rows(UNPUBLISHED))

    assert len(stage.drain()) == 21
