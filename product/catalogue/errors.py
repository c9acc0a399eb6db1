"""Failures of the catalogue."""

from collections.abc import Sequence
from typing import TypedDict
from uuid import UUID

from servicekit.problems import Conflict, NotFound, Problem


class ProductNotFound(NotFound):
    code = "product_not_found"
    title = "There is no such product"


class CategoryNotFound(NotFound):
    code = "category_not_found"
    title = "There is no such category"


class SkuTaken(Conflict):
    code = "sku_taken"
    title = "Another product has this SKU"


class SlugTaken(Conflict):
    code = "slug_taken"
    title = "This slug is taken"


class ProductChanged(Problem):
    """`If-Match` names another state than the product is in. Nothing was changed."""

    status = 412
    code = "product_changed"
    title = "The product has been changed meanwhile"


class StockTooLow(Conflict):
    """Pieces that are reserved or sold cannot be taken away."""

    code = "stock_too_low"
    title = "There are fewer pieces on hand"


class ImageNotFound(NotFound):
    code = "image_not_found"
    title = "The product has no such picture"


class TooManyImages(Conflict):
    code = "too_many_images"
    title = "The product has as many pictures as it can have"


class ImportNotFound(NotFound):
    code = "import_not_found"
    title = "There is no such import"


class CategoryInUse(Conflict):
    code = "category_in_use"
    title = "The category still has products or subcategories"


class CategoryCycle(Conflict):
    code = "category_cycle"
    title = "A category cannot lie below itself"


class Shortage(TypedDict):
    """A product of which there is less than was asked for."""

    product_id: str
    name: str
    requested: int
    available: int


class OutOfStock(Conflict):
    """Names the products, so that the buyer can be told which."""

    code = "out_of_stock"
    title = "There is not enough of some products"

    def __init__(self, shortages: Sequence[Shortage]) -> None:
        super().__init__(products=list(shortages))


class ProductsUnavailable(Conflict):
    """Products that were asked for and are not, or no longer, for sale."""

    code = "products_unavailable"
    title = "Some products are not for sale"

    def __init__(self, product_ids: Sequence[UUID]) -> None:
        super().__init__(products=[{"product_id": str(product_id)} for product_id in product_ids])
