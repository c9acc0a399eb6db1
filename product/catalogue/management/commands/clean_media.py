"""`clean_media`: delete image files that no product shows any longer."""

from typing import Any

from django.core.management.base import BaseCommand

from product.catalogue.media import remove_all_orphans


class Command(BaseCommand):
    help = "Delete image files that no product shows: a process that was killed at the wrong moment leaves such."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(f"{remove_all_orphans()} files deleted")
