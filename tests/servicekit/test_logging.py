"""Log lines say where they come from, in whichever thread they are written, and give nothing secret away."""

import json
import subprocess
import sys

import pytest

LOG_FROM_A_THREAD = """
import threading
import structlog
from servicekit.logging import configure_logging

configure_logging("payment", "web", log_format="json")
log = structlog.get_logger()
thread = threading.Thread(target=lambda: log.info("payment.declined", order_id="42"))
thread.start()
thread.join()
"""


def test_a_line_from_any_thread_names_its_service_and_process() -> None:
    line = subprocess.run([sys.executable, "-c", LOG_FROM_A_THREAD], capture_output=True, check=True).stdout

    entry = json.loads(line)
    assert (entry["service"], entry["process"]) == ("payment", "web")
    assert (entry["event"], entry["order_id"], entry["level"]) == ("payment.declined", "42", "info")


LOG_A_DEFECT = """
import sys
import structlog
from servicekit.logging import configure_logging

configure_logging("auth", "web", log_format=sys.argv[1])
password = "".join(["hunter", "2"])
try:
    raise RuntimeError("a defect")
except RuntimeError:
    structlog.get_logger().exception("http.failed")
"""


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_a_traceback_shows_no_local_variables(log_format: str) -> None:
    command = [sys.executable, "-c", LOG_A_DEFECT, log_format]
    output = subprocess.run(command, capture_output=True, check=True, text=True).stdout

    assert "a defect" in output
    assert "hunter2" not in output
