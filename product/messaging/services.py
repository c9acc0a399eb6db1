"""Trying parked messages again, setting them aside for good, and forgetting which were processed long ago."""

from uuid import UUID

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models.functions import Now

from product.messaging.errors import AlreadyResolved, ParkedMessageNotFound, StillUnprocessable
from product.messaging.inbox import HANDLERS
from product.messaging.models import ParkedMessage
from servicekit.messaging import Delivery, forget_processed, process_batch
from servicekit.messaging.topology import QUEUES


@transaction.atomic
def replay_parked_message(*, parked_id: UUID) -> None:
    """Process the message as if it had just arrived; here, without the broker.

    Raises `ParkedMessageNotFound`, `AlreadyResolved`, and `StillUnprocessable`: then the message stays parked.
    """
    message = _open_message(parked_id)
    _resolve(message, ParkedMessage.Resolution.REPLAYED)
    delivery = Delivery(message.consumer, bytes(message.body), message.message_id, message.type, message.headers)
    try:
        with connection.cursor() as cursor:
            process_batch(cursor, [delivery], HANDLERS)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        raise StillUnprocessable(reason="processing_failed", problem=type(error).__name__) from error
    # What is wrong with the message itself does not raise: it is parked once more, beside the row resolved above.
    parked_again = ParkedMessage.objects.filter(
        consumer=message.consumer, body_hash=message.body_hash, resolved_at=None
    ).first()
    if parked_again is not None:
        raise StillUnprocessable(parked_again.detail, reason=parked_again.reason)


@transaction.atomic
def discard_parked_message(*, parked_id: UUID, note: str) -> None:
    """Give the message up, and keep why. Raises `ParkedMessageNotFound`, `AlreadyResolved`."""
    _resolve(_open_message(parked_id), ParkedMessage.Resolution.DISCARDED, note)


@transaction.atomic
def forget_processed_messages(*, limit: int = 1000) -> int:
    """Delete inbox rows that are past their time. Returns how many."""
    with connection.cursor() as cursor:
        return forget_processed(cursor, QUEUES["product"], limit=limit)


def _open_message(parked_id: UUID) -> ParkedMessage:
    message = ParkedMessage.objects.select_for_update().filter(id=parked_id).first()
    if message is None:
        raise ParkedMessageNotFound
    if message.resolved_at is not None:
        raise AlreadyResolved
    return message


def _resolve(message: ParkedMessage, resolution: ParkedMessage.Resolution, note: str | None = None) -> None:
    ParkedMessage.objects.filter(id=message.pk).update(resolved_at=Now(), resolution=resolution, note=note)
