"""The table of carts: one row per customer and product."""

from django.db import models
from django.db.models import Q

from product.catalogue.models import Product
from product.catalogue.prices import Price

MAX_ITEMS = 50
MAX_QUANTITY = 99


class CartItem(models.Model):
    """Pieces of a product that a customer means to buy. Nothing is reserved: that is for orders.

    Oldest first is the order of the cart. `seen_price_minor` and `seen_currency` are the price that the customer was
    shown last: an order of the cart is placed for it or not at all.
    """

    user_id = models.UUIDField()
    product = models.ForeignKey(Product, models.PROTECT, related_name="cart_items")
    quantity = models.PositiveSmallIntegerField()
    seen_price_minor = models.BigIntegerField()
    seen_currency = models.CharField(max_length=3)

    class Meta:
        db_table = "cart_items"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["user_id", "product"], name="cart_items_product_once"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=MAX_QUANTITY), name="cart_items_quantity_in_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.product_id}"

    @property
    def seen_price(self) -> Price:
        return Price(self.seen_price_minor, self.seen_currency)
