"""Trying again what was parked or refused, setting it aside for good, and forgetting what was processed long ago."""

import time
from dataclasses import dataclass
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from product.messaging.errors import AlreadyResolved, ParkedMessageNotFound, StillUnprocessable
from product.messaging.inbox import HANDLERS
from product.messaging.models import OutboxEvent, ParkedMessage
from product.transactions import retried_transaction
from servicekit.messaging import ContentError, Delivery, forget_processed, process_batch
from servicekit.messaging.topology import QUEUES

_REPLAYED_AT_ONCE = 100
_REPLAYING_SECONDS = 2.0
"""After which the rest is left for the next request: nobody waits for an answer longer than promised."""
_RETRIED_AT_ONCE = 1000


@dataclass(slots=True)
class Replays:
    """What became of many messages."""

    replayed: int = 0
    unprocessable: int = 0
    """Those that stay parked."""
    untried: int = 0
    """Those that were left for the next request, which is to go on `after` the last one tried."""
    last: UUID | None = None


@retried_transaction
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
    except ContentError as error:
        raise StillUnprocessable(error.detail, reason=error.reason) from error
    except Exception as error:
        raise StillUnprocessable(reason="processing_failed", problem=type(error).__name__) from error
    # What is wrong with the message itself does not raise: it is parked once more, beside the row resolved above.
    parked_again = ParkedMessage.objects.filter(
        consumer=message.consumer, body_hash=message.body_hash, resolved_at=None
    ).first()
    if parked_again is not None:
        raise StillUnprocessable(parked_again.detail, reason=parked_again.reason)


def replay_parked_messages(*, after: UUID | None = None) -> Replays:
    """Replay what is parked, in the order in which it was, each message in a transaction of its own; some at once.

    `after`: the last message of an earlier call. Those before it were tried.
    """
    replays, give_up_at = Replays(last=after), time.monotonic() + _REPLAYING_SECONDS
    for parked_id in list(_open_ids(after)[:_REPLAYED_AT_ONCE]):
        if time.monotonic() > give_up_at:
            break
        try:
            replay_parked_message(parked_id=parked_id)
            replays.replayed += 1
        except StillUnprocessable:
            replays.unprocessable += 1
        except AlreadyResolved:
            pass  # by somebody else, a moment ago
        replays.last = parked_id
    replays.untried = _open_ids(replays.last).count()
    return replays


@transaction.atomic
def discard_parked_message(*, parked_id: UUID, note: str) -> None:
    """Give the message up, and keep why. Raises `ParkedMessageNotFound`, `AlreadyResolved`."""
    _resolve(_open_message(parked_id), ParkedMessage.Resolution.DISCARDED, note)


@transaction.atomic
def retry_refused_events() -> int:
    """Let the relay try again the oldest events that the broker has refused for good. Returns how many."""
    refused = OutboxEvent.objects.filter(failed_at__isnull=False, published_at=None).order_by("id")
    chosen = list(refused.select_for_update(skip_locked=True).values_list("id", flat=True)[:_RETRIED_AT_ONCE])
    return OutboxEvent.objects.filter(id__in=chosen).update(failed_at=None, attempts=0)


@transaction.atomic
def forget_processed_messages(*, limit: int = 1000) -> int:
    """Delete inbox rows that are past their time. Returns how many."""
    with connection.cursor() as cursor:
        return forget_processed(cursor, QUEUES["product"], limit=limit)


def _open_ids(after: UUID | None) -> "QuerySet[ParkedMessage, UUID]":
    """The oldest first."""
    waiting = ParkedMessage.objects.filter(resolved_at=None).order_by("id").values_list("id", flat=True)
    return waiting.filter(id__gt=after) if after else waiting


def _open_message(parked_id: UUID) -> ParkedMessage:
    message = ParkedMessage.objects.select_for_update().filter(id=parked_id).first()
    if message is None:
        raise ParkedMessageNotFound
    if message.resolved_at is not None:
        raise AlreadyResolved
    return message


def _resolve(message: ParkedMessage, resolution: ParkedMessage.Resolution, note: str | None = None) -> None:
    ParkedMessage.objects.filter(id=message.pk).update(resolved_at=Now(), resolution=resolution, note=note)
