"""What the long-running commands have in common: logs, traces, and the settings they run by."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from product.environment import Settings
from product.start import start_logging
from servicekit.tracing import configure_tracing, shutdown_tracing


class WorkerCommand(BaseCommand):
    """A command that runs until SIGTERM. Subclasses name the process and say what it does."""

    process: str
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        environment: Settings = settings.ENVIRONMENT
        start_logging(environment, self.process)
        configure_tracing("product", self.process)
        try:
            self.run(environment)
        finally:
            shutdown_tracing()

    def run(self, environment: Settings) -> None:
        raise NotImplementedError
