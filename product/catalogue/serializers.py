"""The catalogue over the wire: what clients send, and how categories and products are shown."""

from typing import Any, get_args

from django.core.validators import validate_slug
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from product.catalogue.media import ImageSize, image_sizes
from product.catalogue.models import Category, Product, ProductImage, ProductImport, StockMovement
from product.catalogue.queries import CategoryNode, ProductOrdering
from product.catalogue.services.csv_import import Result, RowReport
from product.catalogue.services.products import is_reserved
from product.pagination import PageQuery
from product.serializers import (
    AmountField,
    CurrencyField,
    StrictSerializer,
    StringField,
    TrueOrFalseField,
    WholeNumberField,
)
from servicekit.money import InvalidAmount, parse_amount

_MAX_STOCK = 1_000_000_000


class SlugField(StringField):
    """Lower-case words with hyphens between them; never one that an address has another use for."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validators=[validate_slug], **kwargs)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        slug = super().run_validation(data)
        if isinstance(slug, str) and is_reserved(slug):
            raise serializers.ValidationError("Must not look like an id or be reserved.")
        return slug


class CategorySlugField(StringField):
    """The slug of a category that exists; the value is the category."""

    def to_internal_value(self, data: Any) -> Category:  # type: ignore[override]  # the value of this field is richer
        category = Category.objects.filter(slug=super().to_internal_value(data)).first()
        if category is None:
            raise serializers.ValidationError("There is no such category.")
        return category

    def run_validators(self, value: Any) -> None:
        """The text was looked up; nothing is left to be checked of it."""


class CategoryInput(StrictSerializer):
    name = StringField(max_length=100)
    slug = SlugField(max_length=100)
    description = StringField(required=False, allow_blank=True, default="", max_length=2000)
    parent = CategorySlugField(required=False, allow_null=True, default=None, help_text="Slug of the category above.")  # type: ignore[assignment]  # the stubs take it for Field.parent
    position = WholeNumberField(required=False, default=0, min_value=0, max_value=32767)


class CategoryOutput(serializers.Serializer[Category]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    slug = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    parent = serializers.CharField(source="parent.slug", default=None, allow_null=True)  # type: ignore[assignment]
    position = serializers.IntegerField()


class CategoryTreeOutput(serializers.Serializer[CategoryNode]):
    id = serializers.UUIDField(source="category.id")
    name = serializers.CharField(source="category.name")
    slug = serializers.CharField(source="category.slug")
    description = serializers.CharField(source="category.description", allow_blank=True)
    position = serializers.IntegerField(source="category.position")
    children = serializers.SerializerMethodField()

    @extend_schema_field({"type": "array", "items": {"$ref": "#/components/schemas/CategoryTreeOutput"}})
    def get_children(self, node: CategoryNode) -> list[dict[str, Any]]:
        return [CategoryTreeOutput(child).data for child in node.children]


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
    stock = WholeNumberField(required=False, min_value=0, max_value=_MAX_STOCK, help_text="Pieces on hand.")
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


class ImageChangeInput(StrictSerializer):
    alt = StringField(max_length=200, allow_blank=True, help_text="What it shows, for those who do not see it.")
    position = WholeNumberField(min_value=0, max_value=32767)


class ImageUploadInput(StrictSerializer):
    """A form: its values are text."""

    file = serializers.FileField()
    alt = StringField(required=False, max_length=200, allow_blank=True, default="")
    position = serializers.IntegerField(required=False, min_value=0, max_value=32767, default=None)


class ImageSizeOutput(serializers.Serializer[ImageSize]):
    url = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()


class ProductImageOutput(serializers.Serializer[ProductImage]):
    id = serializers.UUIDField()
    url = serializers.CharField(source="file.url")
    alt = serializers.CharField(allow_blank=True)
    position = serializers.IntegerField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    sizes = serializers.SerializerMethodField()

    @extend_schema_field(ImageSizeOutput(many=True))
    def get_sizes(self, image: ProductImage) -> list[dict[str, Any]]:
        return [size._asdict() for size in image_sizes(image)]


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


class StockMovementInput(StrictSerializer):
    quantity = WholeNumberField(min_value=-_MAX_STOCK, max_value=_MAX_STOCK, help_text="Negative when pieces leave.")
    reason = serializers.ChoiceField(
        required=False, choices=[StockMovement.Reason.RESTOCKED.value, StockMovement.Reason.CORRECTED.value]
    )

    def validate_quantity(self, quantity: int) -> int:
        if quantity == 0:
            raise serializers.ValidationError("Must not be zero.")
        return quantity


class StockMovementOutput(serializers.Serializer[StockMovement]):
    id = serializers.IntegerField()
    quantity = serializers.IntegerField()
    reason = serializers.ChoiceField(choices=StockMovement.Reason.choices)
    actor_id = serializers.UUIDField(allow_null=True)
    created_at = serializers.DateTimeField()


class ImportQuery(StrictSerializer):
    currency = CurrencyField(required=False, help_text="Of prices whose row does not say.")


class ImportFileInput(serializers.Serializer[Any]):
    file = serializers.FileField()


class ImportRowOutput(serializers.Serializer[RowReport]):
    line = serializers.IntegerField()
    handle = serializers.CharField(allow_blank=True)
    sku = serializers.CharField(allow_blank=True)
    result = serializers.ChoiceField(choices=get_args(Result))
    errors = serializers.ListField(child=serializers.CharField())  # type: ignore[assignment]  # not the serializer's own
    notes = serializers.ListField(child=serializers.CharField())


class ImportCountsOutput(serializers.Serializer[dict[str, int]]):
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    ignored = serializers.IntegerField()
    failed = serializers.IntegerField()


class ImportReportOutput(serializers.Serializer[dict[str, Any]]):
    counts = ImportCountsOutput()
    rows = ImportRowOutput(many=True)
    is_shortened = serializers.BooleanField(help_text="Whether rows with something to tell were left out.")


class ImportJobOutput(serializers.Serializer[ProductImport]):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=ProductImport.State.choices)
    line = serializers.IntegerField(help_text="The last that was taken in.")
    lines = serializers.IntegerField()
    detail = serializers.CharField(allow_blank=True, help_text="Why the file could not be read to its end.")
    report = ImportReportOutput()
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
