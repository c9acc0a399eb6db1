"""Changing products, by staff. Who may do it is the API's affair."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Now
from django.utils.text import slugify

from product.catalogue.errors import ProductNotFound, SkuTaken, SlugTaken
from product.catalogue.models import Category, Product, Stock, StockMovement
from product.transactions import retried_transaction, violations_as
from servicekit.ids import new_id

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
def change_product(*, product_id: UUID, actor_id: UUID, changes: dict[str, Any]) -> None:
    """Set the columns in `changes`; `stock` among them sets the pieces on hand.

    Raises `ProductNotFound`, `SkuTaken`, `SlugTaken`.
    """
    columns = {name: value for name, value in changes.items() if name != "stock"}
    changed = Product.objects.filter(id=product_id, retired_at=None).update(
        **columns, version=F("version") + 1, updated_at=Now()
    )
    if not changed:
        raise ProductNotFound
    if "stock" in changes:
        _count_stock(product_id=product_id, on_hand=changes["stock"], actor_id=actor_id)


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
        product.delete()


def _count_stock(*, product_id: UUID, on_hand: int, actor_id: UUID) -> None:
    """Take the number on hand as counted. The difference is a movement, so that the books still balance."""
    stock = Stock.objects.select_for_update(no_key=True).get(product_id=product_id)
    difference = on_hand - stock.on_hand
    if difference == 0:
        return
    Stock.objects.filter(product_id=product_id).update(on_hand=on_hand)
    reason = StockMovement.Reason.RESTOCKED if difference > 0 else StockMovement.Reason.CORRECTED
    StockMovement.objects.create(product_id=product_id, quantity=difference, reason=reason, actor_id=actor_id)


def _free_slug(product_id: UUID, new: NewProduct) -> str:
    """Readable when possible: the name, or name and SKU; never one that could be taken for an id."""
    candidates = [slugify(new.name)[:100], slugify(f"{new.name[:100]} {new.sku}")]
    taken = set(Product.objects.filter(slug__in=candidates, retired_at=None).values_list("slug", flat=True))
    free = (slug for slug in candidates if slug and slug not in taken and not looks_like_id(slug))
    return next(free, f"product-{product_id}")


def looks_like_id(slug: str) -> bool:
    """Whether an address with this slug would be read as an id."""
    try:
        UUID(slug)
    except ValueError:
        return False
    return True
