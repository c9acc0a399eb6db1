"""Deleting what nobody needs any more: ended sessions with their refresh tokens, expired tokens, past counters."""

import asyncio

import structlog
from sqlalchemy import CursorResult, Delete, delete, func, or_, select, text

from auth.confirmations.models import Confirmation
from auth.database import DatabaseUnavailable, transaction
from auth.sessions.models import RevokedSession, UserSession
from auth.throttling.models import ThrottleCounter

BATCH_ROWS = 1_000
_KEEP_ENDED_SESSIONS = text("interval '1 day'")
_BETWEEN_ROUNDS_SECONDS = 600
_ADVISORY_LOCK = 7_236_102  # any number, the same in every process of this database

_log = structlog.get_logger(__name__)


def _deletions() -> dict[str, Delete]:
    """One batch of each kind. Refresh tokens go with their session."""
    over_before = func.now() - _KEEP_ENDED_SESSIONS
    sessions = select(UserSession.id).where(
        or_(UserSession.expires_at < over_before, UserSession.ended_at < over_before)
    )
    confirmations = select(Confirmation.token_hash).where(Confirmation.expires_at < func.now())
    counters = select(ThrottleCounter.key).where(ThrottleCounter.resets_at < func.now())
    revocations = select(RevokedSession.session_id).where(RevokedSession.until < func.now())
    return {
        "revocations": delete(RevokedSession).where(RevokedSession.session_id.in_(revocations.limit(BATCH_ROWS))),
        "sessions": delete(UserSession).where(UserSession.id.in_(sessions.limit(BATCH_ROWS))),
        "confirmations": delete(Confirmation).where(
            Confirmation.token_hash.in_(confirmations.limit(BATCH_ROWS).with_for_update(skip_locked=True))
        ),
        "throttle_counters": delete(ThrottleCounter).where(
            ThrottleCounter.key.in_(counters.limit(BATCH_ROWS).with_for_update(skip_locked=True))
        ),
    }


async def purge() -> dict[str, int]:
    """Delete all that is over, in batches of a transaction each, and say how much of which kind it was."""
    purged: dict[str, int] = {}
    for kind, deletion in _deletions().items():
        purged[kind] = 0
        while deleted := await _delete_batch(deletion):
            purged[kind] += deleted
            if deleted < BATCH_ROWS:
                break
    return purged


async def _delete_batch(deletion: Delete) -> int:
    """How many were deleted; none when another process is at it."""
    async with transaction() as session:
        if not await session.scalar(select(func.pg_try_advisory_xact_lock(_ADVISORY_LOCK))):
            return 0
        result = await session.execute(deletion)
        assert isinstance(result, CursorResult)
        return result.rowcount


async def purge_for_ever() -> None:
    """Purge every ten minutes, until cancelled. Each web process does: one that finds another at it leaves it be."""
    while True:
        await asyncio.sleep(_BETWEEN_ROUNDS_SECONDS)
        try:
            purged = await purge()
        except DatabaseUnavailable:
            continue
        if any(purged.values()):
            _log.info("housekeeping.purged", **purged)
