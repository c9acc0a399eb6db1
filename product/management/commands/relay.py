"""`relay`: carries events from the outbox to the broker."""

from product.environment import Settings
from product.process import WorkerCommand, broker_url
from servicekit.messaging.topology import EXCHANGES
from servicekit.outbox.relay import run_relay


class Command(WorkerCommand):
    help = "Carry events from the outbox to the broker until SIGTERM."
    process = "relay"

    def run(self, environment: Settings) -> None:
        run_relay(
            database_url=str(environment.database_url),
            amqp_url=broker_url(environment),
            exchange=EXCHANGES["product"],
        )
