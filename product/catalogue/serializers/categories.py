"""Categories over the wire."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from product.catalogue.models import Category
from product.catalogue.queries import CategoryNode
from product.catalogue.serializers.slugs import CategorySlugField, SlugField
from product.serializers import (
    StrictSerializer,
    StringField,
    WholeNumberField,
    shown,
)


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
        return [shown(CategoryTreeOutput, child) for child in node.children]
