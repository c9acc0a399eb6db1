"""Changing the catalogue: one function, one transaction."""

from product.catalogue.services.categories import change_category, create_category, delete_category
from product.catalogue.services.images import add_image, change_image, delete_image, move_image
from product.catalogue.services.products import (
    NewProduct,
    change_product,
    create_product,
    delete_product,
    move_stock,
)

__all__ = [
    "NewProduct",
    "add_image",
    "change_category",
    "change_image",
    "change_product",
    "create_category",
    "create_product",
    "delete_category",
    "delete_image",
    "delete_product",
    "move_image",
    "move_stock",
]
