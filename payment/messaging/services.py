"""Trying parked messages again, setting them aside for good, and forgetting which were processed long ago."""

from typing import Literal
from uuid import UUID

from sqlalchemy import func, select

from payment.database import current_session, driver_cursor, transaction
from payment.messaging.errors import AlreadyResolved, ParkedMessageNotFound, StillUnprocessable
from payment.messaging.inbox import HANDLERS
from payment.messaging.models import ParkedMessage
from servicekit.messaging import ContentError, Delivery, forget_processed, process_batch
from servicekit.messaging.topology import QUEUES


def replay_parked_message(*, parked_id: UUID) -> ParkedMessage:
    """Process the message as if it had just arrived; here, without the broker.

    Raises `ParkedMessageNotFound`, `AlreadyResolved`, and `StillUnprocessable`: then the message stays parked.
    """
    with transaction():
        message = _resolve(parked_id, "replayed")
        _process_again(message)
        # What is wrong with the message itself does not raise: it is parked once more, beside the row resolved above.
        parked_again = current_session().scalar(
            select(ParkedMessage).where(
                ParkedMessage.consumer == message.consumer,
                ParkedMessage.body_hash == message.body_hash,
                ParkedMessage.resolved_at.is_(None),
            )
        )
        if parked_again is not None:
            raise StillUnprocessable(parked_again.detail, reason=parked_again.reason)
    return message


def discard_parked_message(*, parked_id: UUID, note: str) -> None:
    """Give the message up, and keep why. Raises `ParkedMessageNotFound`, `AlreadyResolved`."""
    with transaction():
        _resolve(parked_id, "discarded", note)


def forget_processed_messages(*, limit: int = 1000) -> int:
    """Delete inbox rows that are past their time. Returns how many."""
    with transaction() as session:
        return forget_processed(driver_cursor(session), QUEUES["payment"], limit=limit)


def _process_again(message: ParkedMessage) -> None:
    delivery = Delivery(message.consumer, bytes(message.body), message.message_id, message.type, message.headers)
    try:
        process_batch(driver_cursor(current_session()), [delivery], HANDLERS)
    except ContentError as error:
        raise StillUnprocessable(error.detail, reason=error.reason) from error


def _resolve(parked_id: UUID, resolution: Literal["replayed", "discarded"], note: str | None = None) -> ParkedMessage:
    session = current_session()
    message = session.get(ParkedMessage, parked_id, with_for_update=True)
    if message is None:
        raise ParkedMessageNotFound
    if message.resolved_at is not None:
        raise AlreadyResolved
    message.resolved_at, message.resolution, message.note = func.now(), resolution, note
    session.flush()
    session.refresh(message)
    return message
