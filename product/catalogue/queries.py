"""Reading the catalogue: the list with its filters, one product, the category tree."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Literal
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Func, OuterRef, QuerySet, UUIDField
from django.db.models.lookups import GreaterThan

from product.catalogue.errors import CategoryNotFound, ImportNotFound, ProductNotFound
from product.catalogue.models import Category, Product, ProductImport, StockMovement
from product.catalogue.search import (
    Query,
    completed_query,
    corrected_query,
    likeness,
    matching,
    ranked,
    words_query,
)
from product.pagination import DEFAULT_LIMIT, Page, keyset_page, offset_page

ProductOrdering = Literal["relevance", "created_at", "-created_at", "price", "-price", "name", "-name"]

_RELATIVES = 150
_SUGGESTION_CANDIDATES = 50
_SORTED_AT_ONCE = 4000
"""So many matches of a search are rather sorted than met on a walk through all products in the wanted order."""

# Ids are UUIDv7: their order is the order of creation.
_COLUMNS: dict[str, str] = {
    "created_at": "id",
    "-created_at": "-id",
    "price": "price_minor",
    "-price": "-price_minor",
    "name": "name",
    "-name": "-name",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductFilter:
    """Which products, in which order. None filters nothing. The price bounds are in minor units of `currency`."""

    search: str | None = None
    category_slug: str | None = None
    """This category and all below it."""
    currency: str | None = None
    min_price_minor: int | None = None
    max_price_minor: int | None = None
    in_stock: bool | None = None
    handle: str | None = None
    """The variants of one thing."""
    is_active: bool | None = True
    ordering: ProductOrdering | None = None
    """By default relevance for a search, the newest first otherwise."""


@dataclass(frozen=True, slots=True)
class CategoryNode:
    """A category and what lies below it."""

    category: Category
    children: list["CategoryNode"]


def list_products(wanted: ProductFilter, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT) -> Page[Product]:
    """A page of products with category, stock and images.

    Raises `CategoryNotFound`, and `ValidationFailed` for a cursor of another list.
    """
    if not wanted.search:
        return _listed(wanted, cursor=cursor, limit=limit)
    page = _found(wanted, wanted.search, words_query(wanted.search), cursor=cursor, limit=limit)
    if not page.items and (corrected := corrected_query(wanted.search)):
        return _found(wanted, wanted.search, corrected, cursor=cursor, limit=limit)
    return page


def get_product(id_or_slug: UUID | str, *, include_hidden: bool = False) -> Product:
    """One product with category, stock and images. Raises `ProductNotFound`, for a hidden one too."""
    products = _complete(Product.objects.filter(retired_at=None))
    if not include_hidden:
        products = products.filter(is_active=True)
    key = _key(id_or_slug)
    product = products.filter(**key).first()
    if product is None:
        raise ProductNotFound
    return product


def products_by_id(product_ids: Iterable[UUID]) -> dict[UUID, Product]:
    """Those that exist, with category, stock and images; hidden and retired ones too."""
    return _complete(Product.objects.all()).in_bulk(list(product_ids))


def suggest_products(text: str, *, limit: int) -> list[Product]:
    """For what has been typed so far of a search, the best first. Nothing but the product itself is loaded."""
    query = completed_query(text)
    if query is None:
        return []
    for_sale = Product.objects.filter(is_active=True, retired_at=None)
    best = ranked(for_sale, query, text, offset=0, limit=limit, candidates=_SUGGESTION_CANDIDATES)
    found = _lean(Product.objects.filter(pk__in=best)).in_bulk()
    return [found[product_id] for product_id in best if product_id in found]


def related_products(product: Product, *, limit: int) -> list[Product]:
    """What else the category holds: what shares words with the product's name first, what is sold out last.

    Of a large category the newest are looked at, so that the cost does not grow with it.
    """
    siblings = Product.objects.filter(category=product.category_id, is_active=True, retired_at=None)
    newest = siblings.exclude(pk=product.pk).order_by("-id").values("pk")[:_RELATIVES]
    others = _complete(Product.objects.filter(pk__in=newest)).annotate(
        is_in_stock=GreaterThan(F("stock__on_hand"), 0), likeness=likeness(product.name)
    )
    return list(others.order_by("-is_in_stock", "-likeness", "-id")[:limit])


def list_stock_movements(product: Product, *, cursor: str | None, limit: int) -> Page[StockMovement]:
    """The latest first. Raises `ValidationFailed` for a cursor of another list."""
    return keyset_page(product.stock_movements.all(), ordering="-id", cursor=cursor, limit=limit)


def get_import(import_id: UUID) -> ProductImport:
    """Without the file itself. Raises `ImportNotFound`."""
    found = ProductImport.objects.defer("content").filter(pk=import_id).first()
    if found is None:
        raise ImportNotFound
    return found


def get_category(id_or_slug: UUID | str) -> Category:
    """Raises `CategoryNotFound`."""
    category = Category.objects.select_related("parent").filter(**_key(id_or_slug)).first()
    if category is None:
        raise CategoryNotFound
    return category


def category_tree() -> list[CategoryNode]:
    """The roots, each with its descendants, siblings by position and name."""
    nodes = {category.pk: CategoryNode(category, []) for category in Category.objects.all()}
    for node in nodes.values():
        if node.category.parent_id is not None:
            nodes[node.category.parent_id].children.append(node)
    return [node for node in nodes.values() if node.category.parent_id is None]


def _listed(wanted: ProductFilter, *, cursor: str | None, limit: int) -> Page[Product]:
    products, ordering = _filtered(wanted), _COLUMNS.get(wanted.ordering or "", "-id")
    if wanted.category_slug is None:
        return keyset_page(_complete(products), ordering=ordering, cursor=cursor, limit=limit)
    first = partial(_first_of_categories, ids=_ids_below(wanted.category_slug))
    return keyset_page(products, ordering=ordering, cursor=cursor, limit=limit, first=first)


def _first_of_categories(products: QuerySet[Product], number: int, *, ids: list[UUID]) -> QuerySet[Product]:
    """The first so many of each category, and the first of these: an index has the order of one category only."""
    of_each = ArraySubquery(products.filter(category_id=OuterRef("pk")).values("pk")[:number])
    first = Func(of_each, function="unnest", output_field=UUIDField())
    found = Product.objects.filter(pk__in=Category.objects.filter(pk__in=ids).order_by().values_list(first))
    return _complete(found.order_by(*products.query.order_by))[:number]


def _found(wanted: ProductFilter, text: str, query: Query, *, cursor: str | None, limit: int) -> Page[Product]:
    products = _filtered(wanted)
    if wanted.category_slug is not None:
        products = products.filter(category_id__in=_ids_below(wanted.category_slug))
    if wanted.ordering in {None, "relevance"}:

        def best(offset: int, number: int) -> list[Product]:
            return _in_order(ranked(products, query, text, offset=offset, limit=number))

        return offset_page(best, ordering=f"relevance:{text}", cursor=cursor, limit=limit)
    found = matching(products, query, at_most=_SORTED_AT_ONCE)
    return keyset_page(_complete(found), ordering=_COLUMNS[wanted.ordering], cursor=cursor, limit=limit)


def _in_order(ids: list[UUID]) -> list[Product]:
    found = _complete(Product.objects.filter(pk__in=ids)).in_bulk()
    return [found[product_id] for product_id in ids if product_id in found]


def _filtered(wanted: ProductFilter) -> QuerySet[Product]:
    """All but the category and the search, which decide about the way to the products."""
    products = Product.objects.filter(retired_at=None)
    bounds = {
        "is_active": wanted.is_active,
        "currency": wanted.currency,
        "handle": wanted.handle,
        "price_minor__gte": wanted.min_price_minor,
        "price_minor__lte": wanted.max_price_minor,
    }
    products = products.filter(**{lookup: value for lookup, value in bounds.items() if value is not None})
    if wanted.in_stock is not None:
        products = products.filter(stock__on_hand__gt=0) if wanted.in_stock else products.filter(stock__on_hand=0)
    return products


def _complete(products: QuerySet[Product]) -> QuerySet[Product]:
    """With all that is shown of a product, in two statements whatever their number."""
    return _lean(products).select_related("category", "stock").prefetch_related("images")


def _lean(products: QuerySet[Product]) -> QuerySet[Product]:
    """Without the columns that only PostgreSQL reads."""
    return products.defer("search_name", "search_vector")


def _ids_below(slug: str) -> list[UUID]:
    """The category and its descendants. Raises `CategoryNotFound`."""
    rows = Category.objects.raw(
        """
        WITH RECURSIVE below AS (
            SELECT id FROM categories WHERE slug = %s
            UNION SELECT categories.id FROM categories JOIN below ON categories.parent_id = below.id
        )
        SELECT id FROM below
        """,
        [slug],
    )
    ids = [category.pk for category in rows]
    if not ids:
        raise CategoryNotFound
    return ids


def _key(id_or_slug: UUID | str) -> dict[str, UUID | str]:
    if isinstance(id_or_slug, UUID):
        return {"id": id_or_slug}
    try:
        return {"id": UUID(id_or_slug)}
    except ValueError:
        return {"slug": id_or_slug}
