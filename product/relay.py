"""The relay's process. Without Django, whose start would be half of its memory and of its time."""

import sys

from product.environment import Settings, broker_url
from servicekit.logging import configure_logging
from servicekit.messaging.topology import EXCHANGES
from servicekit.outbox.relay import run_relay
from servicekit.settings import UnsafeConfiguration, load_settings
from servicekit.tracing import configure_tracing, shutdown_tracing


def main() -> None:
    """Carry events from the outbox to the broker until SIGTERM. A fault of the configuration is told in one line."""
    try:
        environment = load_settings(Settings)
        amqp_url = broker_url(environment)
    except UnsafeConfiguration as error:
        sys.exit(f"product: {error}")
    configure_logging("product", "relay", level=environment.log_level, log_format=environment.log_format)
    configure_tracing("product", "relay")
    try:
        run_relay(database_url=str(environment.database_url), amqp_url=amqp_url, exchange=EXCHANGES["product"])
    finally:
        shutdown_tracing()
