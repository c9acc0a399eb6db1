"""Trying again what was parked or refused, setting it aside for good, and forgetting what was processed long ago."""

import time
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

import psycopg2
from sqlalchemy import Select, func, select, update
from sqlalchemy.exc import InterfaceError, OperationalError

from payment.database import TransactionConflict, current_session, driver_cursor, repeated_on_conflict, transaction
from payment.messaging.errors import AlreadyResolved, ParkedMessageNotFound, StillUnprocessable
from payment.messaging.inbox import HANDLERS
from payment.messaging.models import OutboxEvent, ParkedMessage
from servicekit.messaging import ContentError, Delivery, forget_processed, process_batch
from servicekit.messaging.topology import QUEUES

_REPLAYED_AT_ONCE = 100
_REPLAYING_SECONDS = 2.0
"""After which the rest is left for the next request: nobody waits for an answer longer than promised."""
_RETRIED_AT_ONCE = 1000

_NOT_THE_MESSAGES_FAULT = (
    TransactionConflict, OperationalError, InterfaceError, psycopg2.OperationalError, psycopg2.InterfaceError,
)  # fmt: skip


@dataclass(slots=True)
class Replays:
    """What became of many messages."""

    replayed: int = 0
    unprocessable: int = 0
    """Those that stay parked."""
    untried: int = 0
    """Those that were left for the next request, which is to go on `after` the last one tried."""
    last: UUID | None = None


@repeated_on_conflict
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


def replay_parked_messages(*, after: UUID | None = None) -> Replays:
    """Replay what is parked, in the order in which it was, each message in a transaction of its own; some at once.

    `after`: the last message of an earlier call. Those before it were tried.
    """
    replays, give_up_at = Replays(last=after), time.monotonic() + _REPLAYING_SECONDS
    for parked_id in _open_ids(after):
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
    replays.untried = _count_open(replays.last)
    return replays


def discard_parked_message(*, parked_id: UUID, note: str) -> None:
    """Give the message up, and keep why. Raises `ParkedMessageNotFound`, `AlreadyResolved`."""
    with transaction():
        _resolve(parked_id, "discarded", note)


def retry_refused_events() -> int:
    """Let the relay try again the oldest events that the broker has refused for good. Returns how many."""
    with transaction() as session:
        refused = select(OutboxEvent.id).where(OutboxEvent.failed_at.is_not(None), OutboxEvent.published_at.is_(None))
        chosen = refused.order_by(OutboxEvent.id).limit(_RETRIED_AT_ONCE).with_for_update(skip_locked=True)
        retried = update(OutboxEvent).where(OutboxEvent.id.in_(chosen)).values(failed_at=None, attempts=0)
        return len(session.execute(retried.returning(OutboxEvent.id)).all())


def forget_processed_messages(*, limit: int = 1000) -> int:
    """Delete inbox rows that are past their time. Returns how many."""
    with transaction() as session:
        return forget_processed(driver_cursor(session), QUEUES["payment"], limit=limit)


def _process_again(message: ParkedMessage) -> None:
    delivery = Delivery(message.consumer, bytes(message.body), message.message_id, message.type, message.headers)
    try:
        process_batch(driver_cursor(current_session()), [delivery], HANDLERS)
    except _NOT_THE_MESSAGES_FAULT:
        raise
    except ContentError as error:
        raise StillUnprocessable(error.detail, reason=error.reason) from error
    except Exception as error:
        raise StillUnprocessable(reason="processing_failed", problem=type(error).__name__) from error


def _open_ids(after: UUID | None) -> list[UUID]:
    """The oldest first."""
    with transaction() as session:
        oldest = _open_after(after).order_by(ParkedMessage.id).limit(_REPLAYED_AT_ONCE)
        return list(session.scalars(oldest))


def _count_open(after: UUID | None) -> int:
    with transaction() as session:
        return session.scalar(select(func.count()).select_from(_open_after(after).subquery())) or 0


def _open_after(after: UUID | None) -> Select[UUID]:
    waiting = select(ParkedMessage.id).where(ParkedMessage.resolved_at.is_(None))
    return waiting if after is None else waiting.where(ParkedMessage.id > after)


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
