"""Receiving events: the consumer loop, the inbox, the parking place. Sending them is `servicekit.outbox`."""

from servicekit.messaging.consumer import run_consumer
from servicekit.messaging.inbound import ContentError, Delivery, Incoming
from servicekit.messaging.processing import Handler, Handlers, park, process_batch
from servicekit.messaging.retention import forget_processed

__all__ = [
    "ContentError", "Delivery", "Handler", "Handlers", "Incoming",
    "forget_processed", "park", "process_batch", "run_consumer",
]  # fmt: skip
