"""Lines of a purchase, made or about to be made, as pages show them."""

from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from product.catalogue.models import Product, ProductImage
from product.orders.models import Order


@dataclass(frozen=True, slots=True)
class Line:
    product: Product
    name: str
    image: ProductImage | None
    quantity: int
    unit_price_minor: int
    currency: str

    @property
    def total_minor(self) -> int:
        return self.unit_price_minor * self.quantity


def line_of_product(product: Product, quantity: int) -> Line:
    """At today's price."""
    return Line(product, product.name, _first_image(product), quantity, product.price_minor, product.currency)


def lines_of_order(order: Order) -> list[Line]:
    """As they were sold; only the pictures are of today. Two statements, whatever the number of lines."""
    prefetch_related_objects([order], "lines__product__images")
    return [
        Line(line.product, line.name, _first_image(line.product), line.quantity, line.unit_price_minor, line.currency)
        for line in order.lines.all()
    ]


def _first_image(product: Product) -> ProductImage | None:
    return next(iter(product.images.all()), None)
