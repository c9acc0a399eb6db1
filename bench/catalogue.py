"""How reading the catalogue gets slower with its size, over HTTP, and how fast a file of products is taken in.

The same requests at 1,000 products, at 100,000 and at a million, to the same process on the same database as it grows.
"""

import csv
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import httpx2

from bench.catalogue_rows import LEAVES, ROOTS, WORDS, CatalogueRows, leaf_slug, root_slug
from bench.private_shop import PrivateService, private_service
from bench.report import Figure
from bench.scale import Scale

SMALLEST, MIDDLE = 1_000, 100_000
MOST_GROWTH = 1.5
LONGEST_PAGE_MS = 50
LEAST_ROWS_PER_SECOND = 1_000
IMPORTED = 50_000

_COLUMNS = ("Handle", "Title", "Body (HTML)", "Type", "Variant SKU", "Variant Price", "Variant Inventory Qty")
_ORDERINGS = ("price", "-price", "name", "-created_at")

Parameters = dict[str, str]
Timings = dict[str, list[float]]


def measure(scale: Scale) -> Iterator[Figure]:
    requests = 60 if scale.is_quick else 200
    with private_service("product") as product, httpx2.Client(base_url=product.url, timeout=30) as client:
        rows = CatalogueRows(product.database.owner)
        measured: dict[int, dict[str, float]] = {}
        for size in sorted({SMALLEST, min(MIDDLE, scale.rows), scale.rows}):
            rows.grow_to(size)
            measured[size] = _p95(client, requests)
        rows.close()
        yield from _growth(measured)
        yield from _imports(product, IMPORTED // 10 if scale.is_quick else IMPORTED)


def _growth(measured: dict[int, dict[str, float]]) -> Iterator[Figure]:
    smallest, largest = measured[min(measured)], measured[max(measured)]
    for name in largest:
        yield Figure(f"{name}, p95 at {min(measured):,}", smallest[name], "ms")
        yield Figure(f"{name}, p95 at {max(measured):,}", largest[name], "ms")
        yield Figure.at_most(MOST_GROWTH, name=f"{name}, growth", value=largest[name] / smallest[name], unit="times")
    middle = sorted(measured)[1] if len(measured) > 2 else max(measured)
    page = measured[middle]["front page"]
    yield Figure.at_most(LONGEST_PAGE_MS, name=f"front page, p95 at {middle:,}", value=page, unit="ms")


def _p95(client: httpx2.Client, requests: int) -> dict[str, float]:
    """In turns, so that a busy moment of the machine meets all kinds of requests."""
    chance, timings = random.Random(7), Timings()  # noqa: S311
    for turn in range(requests + 10):
        for name, call in _CALLS.items():
            path, parameters = call(chance)
            accept = "text/html" if name == "front page" else "application/json"
            started = time.perf_counter()
            client.get(path, params=parameters, headers={"Accept": accept}).raise_for_status()
            if turn >= 10:
                timings.setdefault(name, []).append((time.perf_counter() - started) * 1000)
    return {name: statistics.quantiles(each, n=20)[-1] for name, each in timings.items()}


def _list(chance: random.Random) -> tuple[str, Parameters]:
    return "/api/v1/products", {"ordering": chance.choice(_ORDERINGS)}


def _filter(chance: random.Random) -> tuple[str, Parameters]:
    low = chance.randrange(1, 900)
    category = chance.choice([leaf_slug(chance.randrange(LEAVES)), root_slug(chance.randrange(ROOTS))])
    filters = {"category": category, "in_stock": "true", "min_price": str(low), "max_price": str(low + 100)}
    some = chance.sample(sorted(filters), chance.randrange(1, 5))
    return "/api/v1/products", {"ordering": chance.choice(_ORDERINGS)} | {name: filters[name] for name in some}


def _search(chance: random.Random) -> tuple[str, Parameters]:
    """Words as common as 1 in 1 and as rare as 1 in 100,000, one in four of them mistyped, some of them two."""
    words = [WORDS[int(len(WORDS) ** chance.random()) - 1] for _ in range(chance.choice([1, 1, 2]))]
    if chance.random() < 0.25:
        words[0] = words[0][:3] + words[0][4] + words[0][3] + words[0][5:]
    return "/api/v1/products", {"search": " ".join(words)}


def _detail(chance: random.Random) -> tuple[str, Parameters]:
    return f"/api/v1/products/product-{chance.randrange(SMALLEST)}", {}


def _front_page(_chance: random.Random) -> tuple[str, Parameters]:
    return "/", {}


_CALLS: dict[str, Callable[[random.Random], tuple[str, Parameters]]] = {
    "list": _list,
    "filter": _filter,
    "search": _search,
    "detail": _detail,
    "front page": _front_page,
}


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
