"""Products by the hundred thousand: words as frequent as in a language, a tree of categories, one picture each."""

import random
from collections.abc import Callable, Iterable
from io import StringIO
from itertools import accumulate
from typing import Any
from uuid import UUID

import psycopg2

ROOTS, LEAVES = 8, 64

# Word number n is as frequent as 1/n (Zipf's law): the first stands in most products, the last in a few of a million.
_SYLLABLES = ("ba", "co", "du", "fe", "gi", "lo", "ma", "ne", "pi", "ro", "su", "ta", "ve", "wi", "xa", "zu")
WORDS = ["".join(_SYLLABLES[(n * 7919 >> shift) % 16] for shift in (0, 4, 8, 12)) for n in range(1, 16_001)]
_FREQUENCIES = list(accumulate(1 / n for n in range(1, len(WORDS) + 1)))

_STEP = 50_000

Row = tuple[object, ...]


def root_slug(number: int) -> str:
    return f"root-{number}"


def leaf_slug(number: int) -> str:
    """The leaf lies below the root of this number modulo `ROOTS`."""
    return f"leaf-{number}"


class CatalogueRows:
    """Fills the catalogue of a migrated, empty database. The same products at every run."""

    def __init__(self, owner_url: str) -> None:
        self._connection = psycopg2.connect(owner_url)
        self._connection.autocommit = True
        self._random = random.Random(42)  # noqa: S311
        self._rows = 0
        roots = [(_id(1, n), f"Root {n}", root_slug(n), "", n, "\\N") for n in range(ROOTS)]
        leaves = [(_id(2, n), f"Leaf {n}", leaf_slug(n), "", n, _id(1, n % ROOTS)) for n in range(LEAVES)]
        self._copy("categories (id, name, slug, description, position, parent_id)", [*roots, *leaves], lambda row: row)

    def grow_to(self, rows: int) -> None:
        """Add products until there are so many, and let PostgreSQL look at them as its autovacuum would."""
        while self._rows < rows:
            numbers = range(self._rows, min(rows, self._rows + _STEP))
            self._copy(
                "products (id, sku, slug, name, description, category_id, price_minor, currency, is_active, version)",
                numbers,
                self._product,
            )
            self._copy("stock (product_id, on_hand, reserved, sold)", numbers, _stock)
            self._copy("product_images (id, product_id, file, width, height, alt, position)", numbers, _image)
            self._rows = numbers.stop
        with self._connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE products, stock, product_images, categories, search_words")

    def close(self) -> None:
        self._connection.close()

    def _product(self, number: int) -> Row:
        words = self._random.choices(WORDS, cum_weights=_FREQUENCIES, k=18)
        name, description = " ".join(words[:3]).capitalize(), " ".join(words[3:])
        price, leaf = self._random.randrange(100, 100_000), number % LEAVES
        return (
            *(_id(3, number), f"SKU-{number}", f"product-{number}", name, description),
            *(_id(2, leaf), price, "EUR", "t", 1),
        )

    def _copy(self, table: str, items: Iterable[Any], row: Callable[..., Row]) -> None:
        lines = "".join("\t".join(map(str, row(item))) + "\n" for item in items)
        with self._connection.cursor() as cursor:
            cursor.copy_expert(f"COPY {table} FROM STDIN", StringIO(lines))


def _stock(number: int) -> Row:
    """One product in ten is sold out."""
    return (_id(3, number), 0 if number % 10 == 0 else 50, 0, 0)


def _image(number: int) -> Row:
    return (_id(4, number), _id(3, number), f"products/{'0' * 64}.webp", 800, 800, "", 0)


def _id(kind: int, number: int) -> UUID:
    """In the order of the numbers, as those that the shop gives are in the order of creation."""
    return UUID(int=(0x0192 << 112) | (7 << 76) | (2 << 62) | (kind << 56) | number)
