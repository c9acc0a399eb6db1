"""`export_products FILE`: the whole catalogue as a CSV file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from product.catalogue.csv.writing import write_products


class Command(BaseCommand):
    help = "Write all products to a CSV file with Shopify's columns, which import_products takes."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *_args: Any, file: Path, **_options: Any) -> None:
        with file.open("w", encoding="utf-8", newline="") as target:
            for part in tqdm(write_products(), unit=" batches", disable=None):
                target.write(part)
