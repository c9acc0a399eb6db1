"""`webhooks`: tells other people's systems what happened."""

from product.environment import Settings
from product.process import WorkerCommand
from product.webhooks.worker import WebhookWorker
from servicekit.worker import Worker


class Command(WorkerCommand):
    help = "Send what webhooks are to be told, until SIGTERM."
    process = "webhooks"

    def run(self, environment: Settings) -> None:
        worker = Worker()
        worker.start()
        WebhookWorker(
            worker,
            interval_seconds=environment.webhook_interval_seconds,
            loopback_allowed=environment.webhooks_to_loopback,
        ).run()
