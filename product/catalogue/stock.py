"""Stock: every change of it, as one conditional UPDATE per transaction that moves pieces between three heaps.

Rows are locked in id order, so that two orders for the same products wait for each other instead of deadlocking.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from uuid import UUID

from django.db import connection

from product.catalogue.errors import OutOfStock, ProductsUnavailable, Shortage
from product.catalogue.models import Product
from product.catalogue.prices import Price
from product.postgresql.prepared import Prepared


@dataclass(frozen=True, slots=True)
class ReservedProduct:
    """A product as it stood when pieces of it were reserved: what an order is priced by."""

    id: UUID
    sku: str
    name: str
    price: Price


class StockMove(Enum):
    """From which heap to which."""

    SELL = ("reserved", "sold")
    RELEASE = ("reserved", "on_hand")
    TAKE_BACK = ("sold", "on_hand")


class StockMismatch(Exception):
    """A heap holds less than is to be taken from it: an invariant is broken. Nothing was moved."""


# The inner SELECT takes the locks in order. The condition of the UPDATE is checked against the row as it is once its
# lock is held, so that nobody's decision rests on an older number.
_RESERVE = Prepared(
    "reserve_stock",
    """
    WITH wanted AS (
        SELECT product_id, quantity
        FROM unnest(%s::uuid[], %s::int[]) AS request (product_id, quantity) JOIN stock USING (product_id)
        ORDER BY product_id FOR NO KEY UPDATE OF stock
    )
    UPDATE stock SET on_hand = on_hand - quantity, reserved = reserved + quantity
    FROM wanted JOIN products ON products.id = wanted.product_id
    WHERE stock.product_id = wanted.product_id AND on_hand >= quantity AND is_active AND retired_at IS NULL
    RETURNING products.id, products.sku, products.name, products.price_minor, products.currency
    """,
)
_MOVE = """
    WITH wanted AS (
        SELECT product_id, quantity
        FROM unnest(%s::uuid[], %s::int[]) AS request (product_id, quantity) JOIN stock USING (product_id)
        ORDER BY product_id FOR NO KEY UPDATE OF stock
    )
    UPDATE stock SET {source} = {source} - quantity, {target} = {target} + quantity
    FROM wanted WHERE stock.product_id = wanted.product_id AND {source} >= quantity
"""


def reserve(quantities: Mapping[UUID, int]) -> dict[UUID, ReservedProduct]:
    """Hold pieces for an order: all that were asked for, or an exception. Runs in the caller's transaction.

    Raises `OutOfStock` or `ProductsUnavailable`, which name the products; the caller rolls back.
    """
    with connection.cursor() as cursor:
        cursor.execute(_RESERVE, _columns(quantities))
        reserved = {
            product_id: ReservedProduct(product_id, sku, name, Price(minor, currency))
            for product_id, sku, name, minor, currency in cursor.fetchall()
        }
    if len(reserved) < len(quantities):
        raise _refusal({product_id: n for product_id, n in quantities.items() if product_id not in reserved})
    return reserved


def move(quantities: Mapping[UUID, int], stock_move: StockMove) -> None:
    """Move pieces from one heap to another. Runs in the caller's transaction; raises `StockMismatch`."""
    if not quantities:
        return
    source, target = stock_move.value
    with connection.cursor() as cursor:
        cursor.execute(_MOVE.format(source=source, target=target), _columns(quantities))
        if cursor.rowcount != len(quantities):
            raise StockMismatch(f"{source} to {target}: {cursor.rowcount} of {len(quantities)} products")


def _columns(quantities: Mapping[UUID, int]) -> list[list[UUID] | list[int]]:
    return [list(quantities), list(quantities.values())]


def _refusal(missing: Mapping[UUID, int]) -> OutOfStock | ProductsUnavailable:
    """Why these could not be reserved. What is not for sale comes first: waiting for stock would not help there."""
    for_sale = Product.objects.filter(id__in=missing, is_active=True, retired_at=None).select_related("stock")
    found = {product.pk: product for product in for_sale}
    if absent := [product_id for product_id in missing if product_id not in found]:
        return ProductsUnavailable(absent)
    return OutOfStock(
        [
            Shortage(
                product_id=str(product_id),
                name=found[product_id].name,
                requested=quantity,
                available=found[product_id].stock.on_hand,
            )
            for product_id, quantity in missing.items()
        ]
    )
