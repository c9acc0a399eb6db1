"""The broker's names as code knows them. Their source is `rabbitmq/definitions.json`; a test keeps the two in step."""

from typing import Final

EXCHANGES: Final = {"auth": "auth.events", "product": "product.events", "payment": "payment.events"}
"""From a service to the topic exchange that it alone may write to. Routing keys are event types."""

QUEUES: Final = {
    "product": ("product.payments", "product.users"),
    "payment": ("payment.orders", "payment.users"),
}
"""From a service to the queues that it alone may read: `<consumer>.<topic>`."""

WRITERS: Final = {
    "product.payments": "payment",
    "product.users": "auth",
    "payment.orders": "product",
    "payment.users": "auth",
}
"""From a queue to the one service whose events it brings."""


def dead_letter_queue(queue: str) -> str:
    """Where the broker puts what it has delivered from the queue in vain. The service of the queue reads it too."""
    return f"{queue}.dlq"
