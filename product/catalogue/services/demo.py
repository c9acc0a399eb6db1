"""The demo catalogue: put into a shop that has no products yet, and left alone from then on."""

from functools import partial
from io import BytesIO
from pathlib import Path

from django.db import connection
from PIL import Image
from pydantic import BaseModel

from product.catalogue.media import store_image
from product.catalogue.models import Category, Product, ProductImage
from product.catalogue.pictures import smaller_forms
from product.catalogue.services.products import NewProduct, create_product
from product.transactions import retried_transaction
from servicekit.money import Amount, Currency, parse_amount

_LOCK = 7_305_106_621
"""An arbitrary number that means "seeding" to PostgreSQL's advisory locks."""


class _DemoCategory(BaseModel):
    name: str
    slug: str
    description: str = ""


class _DemoProduct(BaseModel):
    sku: str
    name: str
    slug: str
    category: str
    description: str
    price: Amount
    currency: Currency
    stock: int
    image: str
    image_alt: str


class _DemoCatalogue(BaseModel):
    categories: list[_DemoCategory]
    products: list[_DemoProduct]


@retried_transaction
def seed_catalogue(folder: Path) -> int:
    """Read `catalogue.json` and `images/` of the folder. Returns how many products were added.

    In a shop that has products nothing is added: what staff has changed or deleted stays so. Image files that are
    missing are put back all the same. Two runs at once do the work of one.
    """
    demo = _DemoCatalogue.model_validate_json((folder / "catalogue.json").read_bytes())
    images = {product.image: (folder / "images" / product.image).read_bytes() for product in demo.products}
    names = {image: store_image(content, partial(smaller_forms, content)) for image, content in images.items()}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    if Product.objects.exists():
        return 0
    categories = _categories(demo.categories)
    for new in reversed(demo.products):  # the newest come first in the shop
        product = create_product(new=_new_product(new, categories[new.category]), actor_id=None)
        width, height = Image.open(BytesIO(images[new.image])).size
        ProductImage.objects.create(
            product=product, file=names[new.image], width=width, height=height, alt=new.image_alt
        )
    return len(demo.products)


def _categories(demo: list[_DemoCategory]) -> dict[str, Category]:
    found = {}
    for position, category in enumerate(demo):
        values = {"name": category.name, "description": category.description, "position": position}
        found[category.slug], _ = Category.objects.get_or_create(slug=category.slug, defaults=values)
    return found


def _new_product(demo: _DemoProduct, category: Category) -> NewProduct:
    return NewProduct(
        sku=demo.sku,
        name=demo.name,
        slug=demo.slug,
        description=demo.description,
        category=category,
        price_minor=parse_amount(demo.price, demo.currency),
        currency=demo.currency,
        stock=demo.stock,
    )
