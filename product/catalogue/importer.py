"""The thread of the clock process that takes in large files. Of several processes, one takes in a file."""

import threading

import structlog
from django.db import InterfaceError, OperationalError, connection

from product.catalogue.services.import_jobs import run_next_import

_INTERVAL_SECONDS = 1.0

_log = structlog.get_logger(__name__)


def start_importer(stopping: threading.Event) -> threading.Thread:
    """Ends soon after `stopping` is set."""
    thread = threading.Thread(target=_run, args=[stopping], name="importer", daemon=True)
    thread.start()
    return thread


def _run(stopping: threading.Event) -> None:
    while not stopping.is_set():
        has_worked = False
        try:
            has_worked = run_next_import(is_stopping=stopping.is_set)
        except (OperationalError, InterfaceError) as error:
            _log.warning("importer.database_away", error=type(error).__name__)
        except Exception:  # noqa: BLE001  (the next file is none the worse for it)
            _log.exception("importer.failed")
        finally:
            connection.close()
        if not has_worked:
            stopping.wait(_INTERVAL_SECONDS)
