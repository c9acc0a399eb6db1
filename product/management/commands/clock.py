"""`clock`: does what time asks for."""

from product.catalogue.importer import start_importer
from product.catalogue.services.import_jobs import forget_old_imports
from product.environment import Settings
from product.orders.clock import TIDYING, Clock
from product.process import WorkerCommand
from product.storefront.services import forget_ended_browser_sessions
from servicekit.worker import Worker

_IMPORT_GRACE_SECONDS = 5
"""For the batch in hand. Cut off, it is rolled back and done again by the next process."""


class Command(WorkerCommand):
    help = "Expire unpaid orders and repeat unanswered questions until SIGTERM."
    process = "clock"

    def run(self, environment: Settings) -> None:
        worker = Worker()
        worker.start()
        importer = start_importer(worker.stopping)
        tidying = (*TIDYING, forget_ended_browser_sessions, forget_old_imports)
        Clock(worker, interval_seconds=environment.clock_interval_seconds, tidying=tidying).run()
        importer.join(_IMPORT_GRACE_SECONDS)
