"""`seed_catalogue`: the demo catalogue, for a shop that has no products yet."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

import product.catalogue
from product.catalogue.services.demo import seed_catalogue

_DEMO = Path(product.catalogue.__file__).parent / "demo"


class Command(BaseCommand):
    help = "Put the demo catalogue into a shop that has no products yet. Safe to repeat."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        added = seed_catalogue(_DEMO)
        self.stdout.write(f"{added} products added" if added else "The shop has products already; nothing was added")
