"""Changing products, by staff. Who may do it is the API's affair."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.text import slugify

from product.catalogue.errors import ProductChanged, ProductNotFound, SkuTaken, SlugTaken, StockTooLow
from product.catalogue.etags import ProductState
from product.catalogue.media import remove_orphans
from product.catalogue.models import Category, Product, Stock, StockMovement
from product.transactions import retried_transaction, violations_as
from servicekit.ids import new_id

_OTHER_ADDRESSES = {"suggest", "import", "imports", "export"}
"""Of the API, beside those of the products."""

_CONFLICTS = {"products_sku_unique": SkuTaken, "products_slug_unique": SlugTaken}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProduct:
    """What a product is made of. Without a slug one is derived from the name."""

    sku: str
    name: str
    category: Category
    price_minor: int
    currency: str
    slug: str = ""
    description: str = ""
    vendor: str = ""
    tags: list[str] = field(default_factory=list)
    handle: str = ""
    options: list[list[str]] = field(default_factory=list)
    is_active: bool = True
    stock: int = 0
    """Pieces that are there from the beginning."""


@violations_as(_CONFLICTS)
@retried_transaction
def create_product(*, new: NewProduct, actor_id: UUID | None) -> Product:
    """Put a product into the catalogue. Raises `SkuTaken`, `SlugTaken`."""
    product_id = new_id()
    product = Product.objects.create(
        id=product_id,
        sku=new.sku,
        slug=new.slug or _free_slug(product_id, new),
        name=new.name,
        description=new.description,
        category=new.category,
        price_minor=new.price_minor,
        currency=new.currency,
        vendor=new.vendor,
        tags=new.tags,
        handle=new.handle,
        options=new.options,
        is_active=new.is_active,
    )
    Stock.objects.create(product=product, on_hand=new.stock)
    if new.stock:
        StockMovement.objects.create(
            product=product, quantity=new.stock, reason=StockMovement.Reason.INITIAL, actor_id=actor_id
        )
    return product


@violations_as(_CONFLICTS)
@retried_transaction
def change_product(
    *, product_id: UUID, actor_id: UUID, changes: dict[str, Any], expected: Collection[ProductState] | None = None
) -> None:
    """Set the columns in `changes`; `stock` among them sets the pieces on hand.

    `expected` names the states that the change was meant for: their versions and, where the stock is set, their pieces
    on hand. Raises `ProductNotFound`, `ProductChanged`, `SkuTaken`, `SlugTaken`.
    """
    columns = {name: value for name, value in changes.items() if name != "stock"}
    products = Product.objects.filter(id=product_id, retired_at=None)
    meant = products if expected is None else products.filter(version__in={state.version for state in expected})
    if not meant.update(**columns, version=F("version") + 1, updated_at=Now()):
        raise ProductChanged if products.exists() else ProductNotFound
    if "stock" in changes:
        stock = Stock.objects.select_for_update(no_key=True).get(product_id=product_id)
        if expected is not None and stock.on_hand not in {state.on_hand for state in expected}:
            raise ProductChanged
        if difference := changes["stock"] - stock.on_hand:
            _move(stock, difference, actor_id)


@retried_transaction
def move_stock(
    *, product_id: UUID, actor_id: UUID, quantity: int, reason: StockMovement.Reason | None = None
) -> StockMovement:
    """Add pieces on hand, or take some away. Without a reason they were restocked or corrected, by the sign.

    Raises `ProductNotFound`, `StockTooLow`.
    """
    stock = (
        Stock.objects.select_for_update(no_key=True, of=("self",))
        .filter(product_id=product_id, product__retired_at=None)
        .first()
    )
    if stock is None:
        raise ProductNotFound
    if stock.on_hand + quantity < 0:
        raise StockTooLow(on_hand=stock.on_hand)
    return _move(stock, quantity, actor_id, reason)


@retried_transaction
def delete_product(*, product_id: UUID) -> None:
    """Erase a product; retire one that was ordered or lies in a cart. Raises `ProductNotFound`."""
    # Stock before product: an order that is being placed holds the stock and will ask for the product.
    if not Stock.objects.select_for_update(of=("self",)).filter(product_id=product_id, product__retired_at=None):
        raise ProductNotFound
    product = Product.objects.select_for_update().get(id=product_id)
    if product.order_lines.exists() or product.cart_items.exists():
        Product.objects.filter(id=product_id).update(retired_at=Now(), is_active=False, version=F("version") + 1)
    else:
        files = list(product.images.values_list("file", flat=True))
        product.delete()
        transaction.on_commit(lambda: remove_orphans(files), robust=True)


def _move(stock: Stock, quantity: int, actor_id: UUID, reason: StockMovement.Reason | None = None) -> StockMovement:
    """Change the pieces on hand of a stock that is locked, with the movement that makes the books balance."""
    Stock.objects.filter(product_id=stock.product_id).update(on_hand=F("on_hand") + quantity)
    by_sign = StockMovement.Reason.RESTOCKED if quantity > 0 else StockMovement.Reason.CORRECTED
    return StockMovement.objects.create(
        product_id=stock.product_id, quantity=quantity, reason=reason or by_sign, actor_id=actor_id
    )


def _free_slug(product_id: UUID, new: NewProduct) -> str:
    """Readable when possible: the name, or name and SKU; never one that is reserved."""
    candidates = [slugify(new.name)[:100], slugify(f"{new.name[:100]} {new.sku}")]
    taken = set(Product.objects.filter(slug__in=candidates, retired_at=None).values_list("slug", flat=True))
    free = (slug for slug in candidates if slug and slug not in taken and not is_reserved(slug))
    return next(free, f"product-{product_id}")


def is_reserved(slug: str) -> bool:
    """Whether an address with this slug would be read as an id, or is that of something else."""
    try:
        UUID(slug)
    except ValueError:
        return slug in _OTHER_ADDRESSES
    return True
