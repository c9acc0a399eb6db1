"""The relay's process. Without Django, whose start would be half of its memory and of its time."""

from product.environment import broker_url
from product.start import start
from servicekit.messaging.topology import EXCHANGES
from servicekit.outbox.relay import run_relay
from servicekit.tracing import configure_tracing, shutdown_tracing


def main() -> None:
    """Carry events from the outbox to the broker until SIGTERM."""
    environment = start("relay")
    amqp_url = broker_url(environment)
    configure_tracing("product", "relay")
    try:
        run_relay(database_url=str(environment.database_url), amqp_url=amqp_url, exchange=EXCHANGES["product"])
    finally:
        shutdown_tracing()
