"""How reading the catalogue gets slower with its size, over HTTP, and how fast a file of products is taken in.

Two services side by side, one with a thousand products and one with up to a million. The same requests go to both in
turns: a machine that is shared gets faster and slower by more than what is asked here.
"""

import csv
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
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
_WARM_UP = 20

_COLUMNS = ("Handle", "Title", "Body (HTML)", "Type", "Variant SKU", "Variant Price", "Variant Inventory Qty")
_ORDERINGS = ("price", "-price", "name", "-created_at")

Parameters = dict[str, str]


def measure(scale: Scale) -> Iterator[Figure]:
    requests = 60 if scale.is_quick else 200
    with (
        private_service("product") as small,
        private_service("product") as large,
        closing(CatalogueRows(small.database.owner)) as few,
        closing(CatalogueRows(large.database.owner)) as many,
    ):
        few.grow_to(SMALLEST)
        middle = min(MIDDLE, scale.rows)
        many.grow_to(middle)
        page = _p95([large.url], requests, calls=["front page"])["front page"][0]
        many.grow_to(scale.rows)
        for name, (least, most) in _p95([small.url, large.url], requests, calls=_CALLS).items():
            yield Figure(f"{name}, p95 at {SMALLEST:,}", least, "ms")
            yield Figure(f"{name}, p95 at {scale.rows:,}", most, "ms")
            yield Figure.at_most(MOST_GROWTH, name=f"{name}, growth", value=most / least, unit="times")
        yield Figure.at_most(LONGEST_PAGE_MS, name=f"front page, p95 at {middle:,}", value=page, unit="ms")
        yield from _imports(large, IMPORTED // 10 if scale.is_quick else IMPORTED)


def _p95(urls: Sequence[str], requests: int, *, calls: Iterable[str]) -> dict[str, list[float]]:
    """Milliseconds by name of the call, for each of the services."""
    chance = random.Random(7)  # noqa: S311
    timings: dict[str, list[list[float]]] = {name: [[] for _ in urls] for name in calls}
    with ExitStack() as stack:
        clients = [stack.enter_context(httpx2.Client(base_url=url, timeout=30)) for url in urls]
        for turn in range(requests + _WARM_UP):
            for name, of_services in timings.items():
                path, parameters = _CALLS[name](chance)
                accept = "text/html" if name == "front page" else "application/json"
                for client, of_service in zip(clients, of_services, strict=True):
                    started = time.perf_counter()
                    client.get(path, params=parameters, headers={"Accept": accept}).raise_for_status()
                    if turn >= _WARM_UP:
                        of_service.append((time.perf_counter() - started) * 1000)
    return {name: [statistics.quantiles(each, n=20)[-1] for each in services] for name, services in timings.items()}


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
