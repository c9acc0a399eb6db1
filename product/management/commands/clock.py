"""`clock`: does what time asks for."""

from product.environment import Settings
from product.orders.clock import CHORES, Clock
from product.process import WorkerCommand
from product.storefront.services import forget_ended_browser_sessions
from servicekit.worker import Worker


class Command(WorkerCommand):
    help = "Expire unpaid orders and repeat unanswered questions until SIGTERM."
    process = "clock"

    def run(self, environment: Settings) -> None:
        worker = Worker()
        worker.start()
        chores = (*CHORES, forget_ended_browser_sessions)
        Clock(worker, interval_seconds=environment.clock_interval_seconds, chores=chores).run()
