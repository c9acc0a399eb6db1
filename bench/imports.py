"""How fast a file of products is taken in: of new ones, and once more without a change."""

import csv
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from bench.catalogue_rows import WORDS, CatalogueRows
from bench.private_shop import PrivateService, private_service
from bench.report import Figure
from bench.scale import Scale

LEAST_ROWS_PER_SECOND = 1_000
IMPORTED, QUICK_IMPORTED = 50_000, 5_000

_COLUMNS = ("Handle", "Title", "Body (HTML)", "Type", "Variant SKU", "Variant Price", "Variant Inventory Qty")


def measure(scale: Scale) -> Iterator[Figure]:
    """Into a catalogue that has a hundred thousand already."""
    with private_service("product", processes=()) as product:
        with closing(CatalogueRows(product.database.owner)) as rows:
            rows.grow_to(scale.rows // 10)
        yield from _imports(product, QUICK_IMPORTED if scale.is_quick else IMPORTED)


def _imports(product: PrivateService, rows: int) -> Iterable[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "products.csv"
        with file.open("w", encoding="utf-8", newline="") as target:
            writer = csv.writer(target)
            writer.writerow(_COLUMNS)
            for n in range(rows):
                body = f"<p>{' '.join(WORDS[n % 9_000 : n % 9_000 + 15])}</p>"
                writer.writerow([f"imported-{n}", f"Imported {WORDS[n % 9_000]}", body, "Leaf 1", f"I-{n}", "9.99", 3])
        for name in ("import of new products", "import that changes nothing"):
            started = time.perf_counter()
            product.run("import_products", str(file))
            speed = rows / (time.perf_counter() - started)
            yield Figure.at_least(LEAST_ROWS_PER_SECOND, name=name, value=speed, unit="rows/s")
