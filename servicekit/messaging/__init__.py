"""Receiving events: the inbox, the parking place, and the loop of the consumer process, which alone needs pika.

Sending them is `servicekit.outbox`.
"""

from servicekit.messaging.inbound import ContentError, Delivery, Incoming
from servicekit.messaging.processing import Handler, Handlers, park, process_batch
from servicekit.messaging.retention import forget_processed

__all__ = [
    "ContentError", "Delivery", "Handler", "Handlers", "Incoming",
    "forget_processed", "park", "process_batch",
]  # fmt: skip
