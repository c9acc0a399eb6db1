"""What an operator asks of the outbox."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.messaging.models import OutboxEvent
from auth.messaging.schemas import OutboxState


async def outbox_state(session: AsyncSession) -> OutboxState:
    """Count what still waits, what was given up, and how long the oldest has waited.

    By the partial indexes of what waits and what failed: nothing is read of the millions that went out.
    """
    failed = (
        select(func.count())
        .select_from(OutboxEvent)
        .where(OutboxEvent.failed_at.is_not(None), OutboxEvent.published_at.is_(None))
    )
    row = await session.execute(
        select(
            func.count().label("waiting"),
            failed.correlate(None).scalar_subquery().label("failed"),
            func.extract("epoch", func.now() - func.min(OutboxEvent.created_at)).label("oldest_waiting_seconds"),
        ).where(OutboxEvent.published_at.is_(None), OutboxEvent.failed_at.is_(None))
    )
    return OutboxState.model_validate(row.one())
