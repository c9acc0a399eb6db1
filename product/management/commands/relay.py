"""`relay`: the process that carries outbox rows to the broker."""

from typing import Any

from product.environment import Settings
from product.process import Process
from servicekit.messaging.topology import EXCHANGES
from servicekit.outbox.relay import run_relay


class Command(Process):
    help = __doc__
    name = "relay"

    def run(self, environment: Settings, **_options: Any) -> None:
        run_relay(str(environment.database_url), environment.broker_url, EXCHANGES["product"])
