"""Carts over the wire."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from product.cart.contents import Availability, Cart, CartLine
from product.cart.models import MAX_QUANTITY
from product.catalogue.prices import Price
from product.catalogue.serializers.images import ProductImageOutput
from product.serializers import StrictSerializer, WholeNumberField, shown


class CartItemInput(StrictSerializer):
    quantity = WholeNumberField(min_value=1, max_value=MAX_QUANTITY)


class MoneyOutput(serializers.Serializer[Price]):
    amount = serializers.CharField()
    currency = serializers.CharField()


class CartItemOutput(serializers.Serializer[CartLine]):
    product_id = serializers.UUIDField(source="product.pk")
    sku = serializers.CharField(source="product.sku")
    slug = serializers.CharField(source="product.slug")
    name = serializers.CharField(source="product.name")
    image = serializers.SerializerMethodField()
    quantity = serializers.IntegerField()
    unit_price = serializers.CharField(source="price.amount")
    currency = serializers.CharField(source="price.currency")
    total = serializers.CharField(source="total.amount")
    previous_unit_price = MoneyOutput(
        source="previous_price",
        allow_null=True,
        help_text="The price at which the cart showed it last, when that was another one. Told once.",
    )
    availability = serializers.ChoiceField(choices=Availability.choices)
    stock = serializers.IntegerField(help_text="Pieces that could be ordered now.")

    @extend_schema_field(ProductImageOutput(allow_null=True))
    def get_image(self, line: CartLine) -> Any:
        image = next(iter(line.product.images.all()), None)
        return None if image is None else shown(ProductImageOutput, image)


class CartOutput(serializers.Serializer[Cart]):
    items = CartItemOutput(source="lines", many=True)
    totals = MoneyOutput(many=True, help_text="One per currency, of the items that are available.")
    is_orderable = serializers.BooleanField(
        help_text="Whether an order would be accepted now: there are items, all available, in one currency."
    )
