"""How each process of the service starts: by its settings, and with its logs."""

import logging

from product.environment import Settings
from servicekit.logging import configure_logging
from servicekit.settings import load_settings


def start(process: str) -> Settings:
    """For a process without Django. Raises UnsafeConfiguration."""
    environment = load_settings(Settings)
    start_logging(environment, process)
    return environment


def start_logging(environment: Settings, process: str) -> None:
    configure_logging("product", process, level=environment.log_level, log_format=environment.log_format)
    # Django tells of every 4xx; the access line does so already. Its errors carry the traceback of a defect.
    logging.getLogger("django.request").setLevel(logging.ERROR)
