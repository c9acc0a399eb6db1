"""Entity tags of products (RFC 9110, 8.8): "is my copy still true" on reading, "has nobody been quicker" on changing.

A tag is made of the product's version, its pieces on hand and a hash of all that is shown. Reading compares the whole
of it. A change compares the part that it would overwrite: the version, and the pieces on hand when it sets these, so
that a sale does not stop staff from correcting a description.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from product.catalogue.models import Product

_TAG = re.compile(r'"([0-9]{1,9})-([0-9]{1,10})-[0-9a-f]{16}"', re.ASCII)


class ProductState(NamedTuple):
    """What a change is made to."""

    version: int
    on_hand: int


def etag_of(product: Product, body: Mapping[str, Any]) -> str:
    """`body` is what is shown of the product."""
    digest = hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()[:16]
    return f'"{product.version}-{product.stock.on_hand}-{digest}"'


def is_known(if_none_match: str | None, etag: str) -> bool:
    """Whether the client has it already: a list of tags, compared weakly, or `*`."""
    tags = {tag.strip().removeprefix("W/") for tag in (if_none_match or "").split(",")}
    return etag in tags or "*" in tags


def expected_states(if_match: str | None) -> list[ProductState] | None:
    """What the client takes the product to be; None without a condition. A tag that is not ours matches nothing."""
    if if_match is None or if_match.strip() == "*":
        return None
    tags = (_TAG.fullmatch(tag.strip()) for tag in if_match.split(","))
    return [ProductState(int(tag[1]), int(tag[2])) for tag in tags if tag]
