"""What people ask the catalogue for, by chance but the same at every run."""

import random
from collections.abc import Callable
from urllib.parse import urlencode

from bench.catalogue_rows import LEAVES, ROOTS, WORDS, leaf_slug, root_slug

_PRODUCTS = "/api/v1/products"
_ORDERINGS = ("price", "-price", "name", "-created_at")


def _list(chance: random.Random) -> str:
    return _with(ordering=chance.choice(_ORDERINGS))


def _filter(chance: random.Random) -> str:
    low = chance.randrange(1, 900)
    category = chance.choice([leaf_slug(chance.randrange(LEAVES)), root_slug(chance.randrange(ROOTS))])
    filters = {"category": category, "in_stock": "true", "min_price": str(low), "max_price": str(low + 100)}
    some = chance.sample(sorted(filters), chance.randrange(1, 5))
    return _with(ordering=chance.choice(_ORDERINGS), **{name: filters[name] for name in some})


def _search(chance: random.Random) -> str:
    """Words as common as 1 in 1 and as rare as 1 in 100,000, one in four of them mistyped, some of them two."""
    words = [WORDS[int(len(WORDS) ** chance.random()) - 1] for _ in range(chance.choice([1, 1, 2]))]
    if chance.random() < 0.25:
        words[0] = words[0][:3] + words[0][4] + words[0][3] + words[0][5:]
    return _with(search=" ".join(words))


def _detail(chance: random.Random) -> str:
    """One of the first thousand, which are there whatever the catalogue's size."""
    return f"{_PRODUCTS}/product-{chance.randrange(1_000)}"


def _front_page(_chance: random.Random) -> str:
    return "/"


def _with(**parameters: str) -> str:
    return f"{_PRODUCTS}?{urlencode(parameters)}"


CALLS: dict[str, Callable[[random.Random], str]] = {
    "list": _list,
    "filter": _filter,
    "search": _search,
    "detail": _detail,
    "front page": _front_page,
}
