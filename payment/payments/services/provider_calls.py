"""Asking providers: take on what is due, and take in what came of it. The call itself happens between the two, outside
of any transaction (`payment/clock.py`)."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog
from sqlalchemy import text

from payment.database import current_session, repeated_on_conflict, transaction
from payment.payments import storage
from payment.payments.models import CallKind
from payment.payments.outcomes import Outcome, Unknown, give_up, take_answer
from payment.settings import get_settings

LEASE_SECONDS = 30
"""A call whose taker has not come back with an outcome for so long is due again: the taker has died. Longer than any
call takes; should two be made at once nevertheless, the provider acts once, because both have the same id."""

_LONGEST_PAUSE_SECONDS = 60.0

# SKIP LOCKED lets several processes share the work.
_CLAIM = text(
    """
    UPDATE provider_calls SET tries = tries + 1, due_at = now() + make_interval(secs => :lease_seconds)
    FROM payments WHERE payments.id = payment_id AND provider_calls.id IN (
        SELECT id FROM provider_calls WHERE finished_at IS NULL AND due_at <= now()
        ORDER BY due_at LIMIT :limit FOR UPDATE SKIP LOCKED
    )
    RETURNING provider_calls.id, provider_calls.kind, payment_id, order_id, tries, method, method_token AS token,
        provider_reference AS reference, currency,
        coalesce((SELECT amount_minor FROM refunds WHERE refunds.id = provider_calls.id), payments.amount_minor)
            AS amount_minor
    """
)
_RESCHEDULE = text("UPDATE provider_calls SET due_at = now() + make_interval(secs => :seconds) WHERE id = :id")
_FINISH = text("UPDATE provider_calls SET finished_at = now() WHERE id = :id")

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedCall:
    """What to ask a provider for, by the one who has taken it on. `amount_minor` is the payment's or the refund's."""

    id: UUID
    kind: CallKind
    payment_id: UUID
    order_id: UUID
    tries: int
    method: str
    token: str | None
    reference: str | None
    amount_minor: int
    currency: str


def claim_calls(*, limit: int) -> Sequence[ClaimedCall]:
    """Take on calls that are due, the oldest first. Of one who dies they are due again after `LEASE_SECONDS`."""
    with transaction() as session:
        rows = session.execute(_CLAIM, {"limit": limit, "lease_seconds": LEASE_SECONDS}).mappings()
        calls = [ClaimedCall(**{**row, "kind": CallKind(row["kind"])}) for row in rows]
    return sorted(calls, key=lambda call: call.id)


@repeated_on_conflict
def record_outcome(*, call: ClaimedCall, outcome: Outcome) -> None:
    """Take in what came of a call, once: an outcome that was taken in before is passed over.

    A charge whose order was closed meanwhile is not taken in, whatever came of it: the provider is asked to void it.
    """
    with transaction():
        batch = storage.load({call.order_id})
        now = batch.calls.get(call.id)
        if now is None:
            return
        if now.kind != call.kind:
            _reschedule(call, seconds=0)
        elif not isinstance(outcome, Unknown):
            take_answer(batch, now, outcome)
            current_session().execute(_FINISH, {"id": call.id})
        elif call.kind == CallKind.CHARGE and call.tries >= get_settings().provider_tries:
            give_up(batch, now)
            _reschedule(call, seconds=0)
        else:
            _reschedule(call, seconds=_pause_seconds(call.tries))
        storage.save(batch)
    _log.info("provider_call.settled", call_id=str(call.id), kind=call.kind, outcome=type(outcome).__name__)


def _pause_seconds(tries: int) -> float:
    """Doubling, with jitter."""
    longest: float = min(get_settings().provider_pause_seconds * 2 ** (tries - 1), _LONGEST_PAUSE_SECONDS)
    return random.uniform(0.5, 1.0) * longest  # nosec B311  # noqa: S311


def _reschedule(call: ClaimedCall, *, seconds: float) -> None:
    current_session().execute(_RESCHEDULE, {"id": call.id, "seconds": seconds})
