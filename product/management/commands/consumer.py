"""`consumer`: takes in payment's answers."""

from product.environment import Settings, broker_url
from product.messaging.consumer import run
from product.process import WorkerCommand


class Command(WorkerCommand):
    help = "Process the messages of this service's queues until SIGTERM."
    process = "consumer"

    def run(self, environment: Settings) -> None:
        run(broker_url(environment))
