"""What operators do with events that did not get through."""

from sqlalchemy import select, update

from auth.database import transaction
from auth.messaging.models import OutboxEvent

_RETRIED_AT_ONCE = 1000


async def retry_refused_events() -> int:
    """Let the relay try again the oldest events that the broker has refused for good. Returns how many."""
    async with transaction() as session:
        refused = select(OutboxEvent.id).where(OutboxEvent.failed_at.is_not(None), OutboxEvent.published_at.is_(None))
        chosen = refused.order_by(OutboxEvent.id).limit(_RETRIED_AT_ONCE).with_for_update(skip_locked=True)
        retried = update(OutboxEvent).where(OutboxEvent.id.in_(chosen)).values(failed_at=None, attempts=0)
        return len((await session.execute(retried.returning(OutboxEvent.id))).all())
