"""Bugs of consumers and their inbox."""

from typing import Any

from faults.patches.bugs.planting import plants

_CONSUMER, _PROCESSING = "servicekit.messaging.consumer", "servicekit.messaging.processing"


@plants(_CONSUMER)
def ack_before_commit(consumer: Any) -> None:
    """Messages are taken off the queue first, and processed then."""
    attempt = consumer.Consumer._try
    acknowledge = consumer.Consumer._acknowledge

    def acknowledge_and_try(self: Any, channel: Any, batch: Any) -> Any:
        acknowledge(self, channel, batch)
        channel.connection.process_data_events(time_limit=0)
        return attempt(self, channel, batch)

    consumer.Consumer._try = acknowledge_and_try
    consumer.Consumer._acknowledge = lambda self, channel, batch: None


@plants(_CONSUMER)
def failures_swallowed(consumer: Any) -> None:
    """Whatever goes wrong with a batch, it is acknowledged."""

    def attempt(self: Any, channel: Any, batch: Any) -> bool:
        try:
            self._process([message.delivery for message in batch])
        except Exception:
            pass
        self._acknowledge(channel, batch)
        return True

    consumer.Consumer._try = attempt


@plants(_CONSUMER)
def outage_parks(consumer: Any) -> None:
    """A database that is away counts as a fault of the message, which is put aside when it is back."""
    park = consumer.Consumer._park_culprit

    def attempt(self: Any, channel: Any, batch: Any) -> bool:
        try:
            self._process([message.delivery for message in batch])
        except Exception as error:
            for message in batch:
                park(self, channel, message, error)
        else:
            self._acknowledge(channel, batch)
        return True

    consumer.Consumer._try = attempt


@plants(_CONSUMER, _PROCESSING)
def poison_requeued(module: Any) -> None:
    """What cannot be processed goes back to its queue, to be tried again at once."""
    if hasattr(module, "park"):

        def refuse(_cursor: Any, _delivery: Any, reason: str, detail: str) -> None:
            raise module.ContentError(reason, detail)

        module.park = refuse
    if hasattr(module, "Consumer"):

        def requeue(_self: Any, channel: Any, message: Any, _error: Exception) -> None:
            channel.basic_nack(message.tag, requeue=True)

        module.Consumer._park_culprit = requeue


@plants(_PROCESSING)
def poison_dropped(processing: Any) -> None:
    """What cannot be processed is acknowledged, and nobody hears of it."""
    processing.park = lambda cursor, delivery, reason, detail: None


@plants(_PROCESSING)
def inbox_forgotten(processing: Any) -> None:
    """Nobody writes down which messages were processed."""
    processing._accept = lambda cursor, incoming: list(incoming)


@plants("product.revocations.handlers", "servicekit.revocations")
def revocation_ignored(module: Any) -> None:
    """News of ended sessions has no effect."""
    if hasattr(module, "refuse_tokens"):
        module.refuse_tokens = lambda until_by_session: None
    if hasattr(module, "RevokedSessions"):
        module.RevokedSessions.is_revoked = lambda self, session_id: False


@plants("product.orders.services.upkeep")
def never_asks_again(upkeep: Any) -> None:
    """A question that nobody answers stays unanswered."""
    upkeep.ask_again = lambda limit=100: 0
