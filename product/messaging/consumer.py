"""The consumer process: this service's queues, its transaction, its idea of a passing trouble."""

from collections.abc import Sequence

from django.db import InterfaceError, OperationalError, connection

from product.messaging import inbox
from servicekit.messaging import Delivery
from servicekit.messaging.consumer import run_consumer
from servicekit.messaging.topology import QUEUES


def run(amqp_url: str) -> None:
    """Consume until SIGTERM."""
    run_consumer(
        amqp_url=amqp_url,
        queues=QUEUES["product"],
        process=_process,
        park=_park,
        infrastructure_errors=(OperationalError, InterfaceError),
    )


# Between batches the connection goes back to the pool, which hands out only those that work: the first batch after a
# restart of the database finds a new one.


def _process(deliveries: Sequence[Delivery]) -> None:
    try:
        inbox.process(deliveries)
    finally:
        connection.close()


def _park(delivery: Delivery, reason: str, detail: str) -> None:
    try:
        inbox.park(delivery, reason, detail)
    finally:
        connection.close()
