"""Reading the catalogue: the list with its filters, one product, the category tree."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.db.models import QuerySet

from product.catalogue.errors import CategoryNotFound, ProductNotFound
from product.catalogue.models import Category, Product
from product.catalogue.search import by_relevance, matching
from product.pagination import DEFAULT_LIMIT, Page, keyset_page, offset_page

ProductOrdering = Literal["relevance", "created_at", "-created_at", "price", "-price", "name", "-name"]

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
    products = _filtered(wanted)
    if wanted.search:
        products = matching(products, wanted.search)
    ordering = wanted.ordering or ("relevance" if wanted.search else "-created_at")
    if wanted.search and ordering == "relevance":
        ranked = by_relevance(products, wanted.search)
        return offset_page(ranked, ordering=f"relevance:{wanted.search}", cursor=cursor, limit=limit)
    return keyset_page(products, ordering=_COLUMNS.get(ordering, "-id"), cursor=cursor, limit=limit)


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


def _filtered(wanted: ProductFilter) -> QuerySet[Product]:
    products = _complete(Product.objects.filter(retired_at=None))
    bounds = {
        "is_active": wanted.is_active,
        "currency": wanted.currency,
        "price_minor__gte": wanted.min_price_minor,
        "price_minor__lte": wanted.max_price_minor,
    }
    products = products.filter(**{lookup: value for lookup, value in bounds.items() if value is not None})
    if wanted.category_slug is not None:
        products = products.filter(category_id__in=_ids_below(wanted.category_slug))
    if wanted.in_stock is not None:
        products = products.filter(stock__on_hand__gt=0) if wanted.in_stock else products.filter(stock__on_hand=0)
    return products


def _complete(products: QuerySet[Product]) -> QuerySet[Product]:
    """With all that is shown of a product, in two statements whatever their number."""
    return products.select_related("category", "stock").defer("search_name", "search_vector").prefetch_related("images")


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
