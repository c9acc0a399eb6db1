"""What can be done with webhooks: one function, one transaction."""

from product.webhooks.services.deliveries import (
    RECEIVERS,
    Claimed,
    claim_due,
    enqueue,
    enqueue_for,
    forget_old_deliveries,
    redeliver,
    send_test,
    write_outcome,
)
from product.webhooks.services.endpoints import change_endpoint, delete_endpoint, register_endpoint, rotate_secret

__all__ = [
    "RECEIVERS",
    "Claimed",
    "change_endpoint",
    "claim_due",
    "delete_endpoint",
    "enqueue",
    "enqueue_for",
    "forget_old_deliveries",
    "redeliver",
    "register_endpoint",
    "rotate_secret",
    "send_test",
    "write_outcome",
]
