"""How the messaging is doing."""

from uuid import UUID

from sqlalchemy import Select, func, select

from payment.database import current_session
from payment.messaging.errors import ParkedMessageNotFound
from payment.messaging.models import OutboxEvent, ParkedMessage
from payment.messaging.schemas import OutboxState


def outbox_state() -> OutboxState:
    """Count what still waits, what was given up, and how long the oldest has waited.

    By the partial indexes of what waits and what failed: nothing is read of the millions that went out.
    """
    failed = (
        select(func.count())
        .select_from(OutboxEvent)
        .where(OutboxEvent.failed_at.is_not(None), OutboxEvent.published_at.is_(None))
    )
    row = current_session().execute(
        select(
            func.count().label("waiting"),
            failed.correlate(None).scalar_subquery().label("failed"),
            func.extract("epoch", func.now() - func.min(OutboxEvent.created_at)).label("oldest_waiting_seconds"),
        ).where(OutboxEvent.published_at.is_(None), OutboxEvent.failed_at.is_(None))
    )
    return OutboxState.model_validate(row.one())


def longest_wait_seconds() -> float:
    """How long the event has waited that is to go out next; 0 when there is none.

    A probe asks that every few seconds, and must not count a backlog.
    """
    seconds = current_session().scalar(
        select(func.extract("epoch", func.now() - OutboxEvent.created_at))
        .where(OutboxEvent.published_at.is_(None), OutboxEvent.failed_at.is_(None))
        .order_by(OutboxEvent.id)
        .limit(1)
    )
    return float(seconds or 0)


def open_parked_messages() -> Select[ParkedMessage]:
    """Those that wait for an operator."""
    return select(ParkedMessage).where(ParkedMessage.resolved_at.is_(None))


def count_open_parked_messages() -> int:
    return current_session().scalar(select(func.count()).where(ParkedMessage.resolved_at.is_(None))) or 0


def get_parked_message(parked_id: UUID) -> ParkedMessage:
    """Also one that was resolved. Raises `ParkedMessageNotFound`."""
    message = current_session().get(ParkedMessage, parked_id)
    if message is None:
        raise ParkedMessageNotFound
    return message
