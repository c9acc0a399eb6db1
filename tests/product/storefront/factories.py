"""Products to look at and to buy, in good shape unless a test says otherwise."""

from itertools import count
from typing import Any

from product.catalogue.models import Category, Product, ProductImage, Stock

_numbers = count(1)


def make_category(**overrides: Any) -> Category:
    number = next(_numbers)
    return Category.objects.create(**{"name": f"Category {number}", "slug": f"category-{number}"} | overrides)


def make_product(*, on_hand: int = 10, images: tuple[tuple[int, int], ...] = (), **overrides: Any) -> Product:
    """`images` are widths and heights."""
    number = next(_numbers)
    values = {
        "sku": f"SKU-{number}",
        "slug": f"product-{number}",
        "name": f"Product {number}",
        "price_minor": 1000,
        "currency": "EUR",
    }
    category = overrides.pop("category", None) or make_category()
    product = Product.objects.create(**values | overrides, category=category)
    Stock.objects.create(product=product, on_hand=on_hand)
    for width, height in images:
        ProductImage.objects.create(product=product, file=f"products/{product.slug}.webp", width=width, height=height)
    return product
