"""Recording an event: a row in the transaction of the change that it tells of. The relay process does the rest."""

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from auth.messaging.models import OutboxEvent
from servicekit.contracts import CloudEvent, EventData
from servicekit.outbox import OutboxRow, OutsideTransaction


async def record(session: AsyncSession, event: CloudEvent[EventData]) -> None:
    """Write the event into the outbox. Raises `OutsideTransaction` unless the session is in one."""
    if not session.in_transaction():
        raise OutsideTransaction(event.type)
    await session.execute(insert(OutboxEvent).values(OutboxRow.of(event).values()))
