"""`clock`: does what time asks for."""

from product.environment import Settings
from product.orders.clock import Clock
from product.process import WorkerCommand
from servicekit.worker import Worker


class Command(WorkerCommand):
    help = "Expire unpaid orders and repeat unanswered questions until SIGTERM."
    process = "clock"

    def run(self, environment: Settings) -> None:
        worker = Worker()
        worker.start()
        Clock(worker, interval_seconds=environment.clock_interval_seconds).run()
