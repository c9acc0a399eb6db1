"""Products over the wire, and what lists of them may be asked for."""

from typing import Any, get_args

from rest_framework import serializers

from product.catalogue.models import Category, Product
from product.catalogue.queries import ProductOrdering
from product.catalogue.serializers.images import ProductImageOutput
from product.catalogue.serializers.slugs import CategorySlugField, SlugField
from product.catalogue.serializers.stock import MAX_STOCK
from product.pages import PageQuery
from product.serializers import (
    AmountField,
    CurrencyField,
    StrictSerializer,
    StringField,
    TrueOrFalseField,
    WholeNumberField,
)
from servicekit.money import InvalidAmount, parse_amount


class ProductQuery(PageQuery):
    """The filters of the product list. Price bounds are amounts of `currency`, and find products priced in it only."""

    search = serializers.CharField(required=False, max_length=200)
    handle = serializers.CharField(required=False, max_length=200, help_text="The variants of one thing.")
    category = serializers.CharField(required=False, max_length=100, help_text="Slug; descendants are included.")
    currency = CurrencyField(required=False)
    min_price = AmountField(required=False)
    max_price = AmountField(required=False)
    in_stock = serializers.BooleanField(required=False)
    is_active = serializers.BooleanField(required=False, help_text="Staff only: `false` lists the hidden products.")
    ordering = serializers.ChoiceField(required=False, choices=get_args(ProductOrdering))


class RelatedQuery(StrictSerializer):
    limit = serializers.IntegerField(required=False, default=8, min_value=1, max_value=24)


class SuggestQuery(StrictSerializer):
    q = serializers.CharField(max_length=200, help_text="What has been typed so far.")
    limit = serializers.IntegerField(required=False, default=8, min_value=1, max_value=20)


class OptionInput(StrictSerializer):
    """What tells a variant from its siblings, such as a size."""

    name = StringField(max_length=50)
    value = StringField(max_length=100)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Both, also in a change: what is partial is the product, and DRF takes its parts to be so too."""
        missing = [name for name in ("name", "value") if name not in attrs]
        if missing:
            raise serializers.ValidationError({name: ["This field is required."] for name in missing})
        return attrs


class ProductInput(StrictSerializer):
    sku = StringField(max_length=64)
    name = StringField(max_length=200)
    slug = SlugField(required=False, max_length=200, help_text="Derived from the name when absent.")
    description = StringField(required=False, allow_blank=True, max_length=20_000)
    category = CategorySlugField(help_text="Slug of the category.")
    price = AmountField()
    currency = CurrencyField()
    stock = WholeNumberField(required=False, min_value=0, max_value=MAX_STOCK, help_text="Pieces on hand.")
    vendor = StringField(required=False, allow_blank=True, max_length=100)
    tags = serializers.ListField(required=False, child=StringField(max_length=50), max_length=50)
    handle = SlugField(required=False, allow_blank=True, max_length=200, help_text="Shared by variants of one thing.")
    options = OptionInput(many=True, required=False, max_length=3)  # type: ignore[call-arg]  # of a list
    is_active = TrueOrFalseField(required=False)

    def validate_tags(self, tags: list[str]) -> list[str]:
        """They stand in one cell of a CSV file, with commas between them."""
        if any("," in tag for tag in tags):
            raise serializers.ValidationError("A tag holds no comma.")
        return tags

    def validate_options(self, options: list[dict[str, str]]) -> list[list[str]]:
        """As the table keeps them."""
        return [[option["name"], option["value"]] for option in options]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Turn `price` into `price_minor`, by the currency given or, in a change, by the product's own."""
        currency: str = attrs.get("currency") or self.instance.currency  # type: ignore[union-attr]  # in a change
        if "currency" in attrs and "price" not in attrs:
            raise serializers.ValidationError({"price": ["A new currency needs a new price."]})
        if "price" in attrs:
            attrs["price_minor"] = _price_minor(attrs.pop("price"), currency)
        return attrs


def _price_minor(price: str, currency: str) -> int:
    try:
        price_minor = parse_amount(price, currency)
    except InvalidAmount as error:
        raise serializers.ValidationError({"price": [str(error)]}) from None
    if price_minor == 0:
        raise serializers.ValidationError({"price": ["Must be greater than zero."]})
    return price_minor


class OptionOutput(serializers.Serializer[list[str]]):
    name = serializers.CharField()
    value = serializers.CharField()

    def to_representation(self, instance: list[str]) -> dict[str, str]:
        name, value = instance
        return {"name": name, "value": value}


class ProductCategoryOutput(serializers.Serializer[Category]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    slug = serializers.CharField()


class ProductOutput(serializers.Serializer[Product]):
    id = serializers.UUIDField()
    sku = serializers.CharField()
    slug = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    category = ProductCategoryOutput()
    price = serializers.CharField()
    currency = serializers.CharField()
    stock = serializers.IntegerField(source="stock.on_hand")
    in_stock = serializers.SerializerMethodField()
    images = ProductImageOutput(many=True)
    vendor = serializers.CharField(allow_blank=True)
    tags = serializers.ListField(child=serializers.CharField())
    handle = serializers.CharField(allow_blank=True)
    options = OptionOutput(many=True)
    is_active = serializers.BooleanField()
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    def get_in_stock(self, product: Product) -> bool:
        return product.stock.on_hand > 0


class ProductSuggestionOutput(serializers.Serializer[Product]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    slug = serializers.CharField()
    price = serializers.CharField()
    currency = serializers.CharField()
