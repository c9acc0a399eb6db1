"""`import_products FILE`: take in a CSV file of products, with a bar that shows how far it is."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from product.catalogue.csv.reading import UnusableFile
from product.catalogue.services.csv_import import ImportReport, import_products
from product.remarks import in_english


class Command(BaseCommand):
    help = "Create and change products by a CSV file with Shopify's columns. Safe to repeat."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--currency", default=settings.ENVIRONMENT.currency, help="Of rows that name none.")
        parser.add_argument("--charset", help="UTF-8 unless the file says so itself.")

    def handle(self, *_args: Any, file: Path, currency: str, charset: str | None, **_options: Any) -> None:
        report = ImportReport(keep=1000)
        try:
            with file.open("rb") as content, tqdm(total=_lines(file), unit=" lines", disable=None) as bar:
                for line in import_products(content, actor_id=None, currency=currency, charset=charset, report=report):
                    bar.update(line - bar.n)
        except (OSError, UnusableFile) as error:
            raise CommandError(str(getattr(error, "detail", None) or error)) from error
        finally:
            self._tell(report)

    def _tell(self, report: ImportReport) -> None:
        for row in report.rows:
            for remark in (*row["errors"], *row["notes"]):
                self.stderr.write(f"line {row['line']}: {in_english(remark)}")
        self.stdout.write(", ".join(f"{number} {result}" for result, number in report.counts.items()))


def _lines(file: Path) -> int:
    with file.open("rb") as content:
        return sum(part.count(b"\n") for part in iter(lambda: content.read(1 << 20), b""))
