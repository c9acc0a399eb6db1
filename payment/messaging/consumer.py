"""The consumer process: this service's queues, its transaction, its idea of a passing trouble."""

from payment.database import DatabaseUnavailable, TransactionConflict
from payment.messaging.inbox import park, process
from servicekit.messaging.consumer import run_consumer
from servicekit.messaging.topology import QUEUES


def run(amqp_url: str) -> None:
    """Consume until SIGTERM."""
    run_consumer(
        amqp_url=amqp_url,
        queues=QUEUES["payment"],
        process=process,
        park=park,
        infrastructure_errors=(DatabaseUnavailable, TransactionConflict),
    )
