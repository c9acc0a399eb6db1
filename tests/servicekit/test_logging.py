"""Log lines say where they come from, in whichever thread they are written."""

import json
import subprocess
import sys

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
