"""Pictures of products over the wire."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from product.catalogue.media import ImageSize, image_sizes
from product.catalogue.models import ProductImage
from product.serializers import (
    StrictSerializer,
    StringField,
    WholeNumberField,
)


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
