"""`web`: serves the pages and the API."""

from product.environment import Settings
from product.process import ProcessCommand
from product.web import serve


class Command(ProcessCommand):
    help = "Serve the pages and the API until SIGTERM."
    process = "web"

    def run(self, environment: Settings) -> None:
        serve(environment)
