"""What an operator asks of the outbox."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.messaging.models import OutboxEvent
from auth.messaging.schemas import OutboxState


async def outbox_state(session: AsyncSession) -> OutboxState:
    """Count what still waits, what was given up, and how long the oldest has waited."""
    waiting = OutboxEvent.published_at.is_(None) & OutboxEvent.failed_at.is_(None)
    oldest_seconds = func.extract("epoch", func.now() - func.min(OutboxEvent.created_at).filter(waiting))
    row = await session.execute(
        select(
            func.count().filter(waiting).label("waiting"),
            func.count(OutboxEvent.failed_at).label("failed"),
            oldest_seconds.label("oldest_waiting_seconds"),
        ).where(OutboxEvent.published_at.is_(None))
    )
    return OutboxState.model_validate(row.one())
