"""What the long-running commands have in common: logs, traces, and the settings they run by."""

import logging
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from product.environment import Settings
from servicekit.logging import configure_logging
from servicekit.tracing import configure_tracing, shutdown_tracing


class ProcessCommand(BaseCommand):
    """A command that runs until SIGTERM. Subclasses name the process and say what it does."""

    process: str
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        environment: Settings = settings.ENVIRONMENT
        configure_logging("product", self.process, level=environment.log_level, log_format=environment.log_format)
        # Django tells of every 4xx; the access line does so already. Its errors carry the traceback of a defect.
        logging.getLogger("django.request").setLevel(logging.ERROR)
        self.run(environment)

    def run(self, environment: Settings) -> None:
        raise NotImplementedError


class WorkerCommand(ProcessCommand):
    """One without a web server: its process is the one that works."""

    def handle(self, *args: Any, **options: Any) -> None:
        configure_tracing("product", self.process)
        try:
            super().handle(*args, **options)
        finally:
            shutdown_tracing()
