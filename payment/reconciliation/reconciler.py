"""The thread of the clock process that reconciles: every hour, and when staff asks. Of several processes, one does."""

import threading

import structlog
from sqlalchemy.exc import DBAPIError

from payment.database import DatabaseUnavailable, TransactionConflict
from payment.reconciliation.queries import reconcile
from payment.reconciliation.services import claim_run, record_failure, record_outcome

GRACE_SECONDS = 60.0
"""What has changed so lately may still be under way."""
_LOOK_EVERY_SECONDS = 2.0

_log = structlog.get_logger(__name__)


def start_reconciler(
    stopping: threading.Event, *, orders_url: str, payments_url: str, every_seconds: float
) -> threading.Thread:
    """It only reads, and may be cut off: whoever comes next begins anew."""

    def run() -> None:
        while not stopping.is_set():
            try:
                run_next(orders_url=orders_url, payments_url=payments_url, every_seconds=every_seconds)
            except (DatabaseUnavailable, TransactionConflict) as error:
                _log.warning("reconciler.database_away", error=type(error).__name__)
            stopping.wait(_LOOK_EVERY_SECONDS)

    thread = threading.Thread(target=run, name="reconciler", daemon=True)
    thread.start()
    return thread


def run_next(*, orders_url: str, payments_url: str, every_seconds: float) -> bool:
    """Reconcile if it is asked for or due, and keep the result. Returns whether it was."""
    run_id = claim_run(every_seconds=every_seconds)
    if run_id is None:
        return False
    try:
        outcome = reconcile(orders_url=orders_url, payments_url=payments_url, grace_seconds=GRACE_SECONDS)
    except DBAPIError as error:
        _log.warning("reconciliation.failed", error=type(error.orig).__name__)
        record_failure(run_id=run_id, error=type(error.orig).__name__)
    else:
        level = _log.error if outcome.findings_count else _log.info
        level("reconciliation.done", findings=outcome.findings_count, orders=outcome.counts.orders)
        record_outcome(run_id=run_id, outcome=outcome)
    return True
