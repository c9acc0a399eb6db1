"""Reconciliations as the clock process does them: asked for, taken on, and their results kept."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from payment.database import current_session, transaction
from payment.reconciliation.findings import REASONS, Finding
from payment.reconciliation.models import ReconciliationRun
from payment.reconciliation.queries import Outcome
from servicekit.ids import new_id

LEASE_SECONDS = 360
"""Longer than the longest statement may take. Who has not come back by then has died, and another one begins anew."""
_RETRY_SECONDS = 60
"""After a run without a result, such as one that did not reach product's database."""
_KEPT = timedelta(days=30)

_SCHEDULE = text(
    """
    INSERT INTO reconciliation_runs (id) SELECT :id WHERE NOT EXISTS (
        SELECT FROM reconciliation_runs WHERE finished_at IS NULL OR finished_at >
            now() - make_interval(secs => CASE WHEN error IS NULL THEN :every_seconds ELSE :retry_seconds END)
    )
    ON CONFLICT DO NOTHING
    """
)
_CLAIM = text(
    """
    UPDATE reconciliation_runs SET claimed_until = now() + make_interval(secs => :lease_seconds)
    WHERE finished_at IS NULL AND (claimed_until IS NULL OR claimed_until < now()) RETURNING id
    """
)


def request_run(*, requested_by: UUID) -> ReconciliationRun:
    """Ask for a reconciliation. While one is asked for or under way, it is that one."""
    with transaction() as session:
        asked = insert(ReconciliationRun).values(id=new_id(), requested_by=requested_by)
        session.execute(asked.on_conflict_do_nothing())
        return session.scalars(select(ReconciliationRun).where(ReconciliationRun.finished_at.is_(None))).one()


def claim_run(*, every_seconds: float) -> UUID | None:
    """Take on the run that was asked for, or one that is due because the last is so old; None when there is none."""
    with transaction() as session:
        wait = {"every_seconds": every_seconds, "retry_seconds": min(every_seconds, _RETRY_SECONDS)}
        session.execute(_SCHEDULE, {"id": new_id(), **wait})
        run_id: UUID | None = session.scalar(_CLAIM, {"lease_seconds": LEASE_SECONDS})
        return run_id


def record_outcome(*, run_id: UUID, outcome: Outcome) -> None:
    """Keep the result; that of the first, if the run was taken on twice. Forgets results that are past their time."""
    with transaction():
        _finish(
            run_id,
            **asdict(outcome.counts),
            duration_seconds=outcome.duration_seconds,
            findings_count=outcome.findings_count,
            findings=[_as_json(finding) for finding in outcome.findings],
        )
        current_session().execute(delete(ReconciliationRun).where(ReconciliationRun.finished_at < func.now() - _KEPT))


def record_failure(*, run_id: UUID, error: str) -> None:
    """The run came to no result."""
    with transaction():
        _finish(run_id, error=error)


def _finish(run_id: UUID, **values: object) -> None:
    still_open = (ReconciliationRun.id == run_id) & ReconciliationRun.finished_at.is_(None)
    current_session().execute(update(ReconciliationRun).where(still_open).values(finished_at=func.now(), **values))


def _as_json(finding: Finding) -> dict[str, Any]:
    order_id = None if finding.order_id is None else str(finding.order_id)
    told = {"subject": finding.subject, "detail": finding.detail, "meaning": REASONS[finding.code]}
    return {**asdict(finding), "order_id": order_id, **told}
