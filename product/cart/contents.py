"""What lies in a cart, whoever it belongs to, with prices and stock as they are now."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.db import models

from product.catalogue.models import Product
from product.catalogue.prices import Price


class Wish(NamedTuple):
    """How many pieces, and at which price the product was seen last."""

    quantity: int
    seen: Price


class Availability(models.TextChoices):
    """Whether a line can be ordered as it is, and if not, why."""

    AVAILABLE = "available"
    INSUFFICIENT_STOCK = "insufficient_stock"
    OUT_OF_STOCK = "out_of_stock"
    NOT_FOR_SALE = "not_for_sale"


@dataclass(frozen=True, slots=True)
class CartLine:
    """A product, with category, stock and images, and how many are wanted of it."""

    product: Product
    wish: Wish

    @property
    def quantity(self) -> int:
        return self.wish.quantity

    @property
    def price(self) -> Price:
        """Of one piece, now."""
        return Price(self.product.price_minor, self.product.currency)

    @property
    def previous_price(self) -> Price | None:
        """At which the product was seen before, when it costs something else now."""
        return None if self.wish.seen == self.price else self.wish.seen

    @property
    def total(self) -> Price:
        return Price(self.price.minor * self.quantity, self.price.currency)

    @property
    def stock(self) -> int:
        """Pieces that could be ordered now."""
        return self.product.stock.on_hand if self.product.is_for_sale else 0

    @property
    def availability(self) -> Availability:
        if not self.product.is_for_sale:
            return Availability.NOT_FOR_SALE
        if self.stock >= self.quantity:
            return Availability.AVAILABLE
        return Availability.INSUFFICIENT_STOCK if self.stock else Availability.OUT_OF_STOCK


@dataclass(frozen=True, slots=True)
class Cart:
    """Lines in the order in which they were put in."""

    lines: list[CartLine]

    @property
    def totals(self) -> list[Price]:
        """One per currency, of the lines that can be ordered as they are."""
        available = [line.total for line in self.lines if line.availability == Availability.AVAILABLE]
        return [_sum(available, currency) for currency in sorted({total.currency for total in available})]

    @property
    def is_orderable(self) -> bool:
        """Whether an order of this cart would be accepted at this moment: all lines available, in one currency."""
        return len(self.totals) == 1 and all(line.availability == Availability.AVAILABLE for line in self.lines)


def _sum(prices: Iterable[Price], currency: str) -> Price:
    return Price(sum(price.minor for price in prices if price.currency == currency), currency)
