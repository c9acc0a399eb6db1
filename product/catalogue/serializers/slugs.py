"""Slugs in requests, of categories and products."""

from typing import Any

from django.core.validators import validate_slug
from rest_framework import serializers

from product.catalogue.models import Category
from product.catalogue.services.products import is_reserved
from product.serializers import (
    StringField,
)


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
        slug = super().to_internal_value(data)
        super().run_validators(slug)  # before it is looked up: PostgreSQL knows neither NULs nor lone surrogates
        category = Category.objects.filter(slug=slug).first()
        if category is None:
            raise serializers.ValidationError("There is no such category.")
        return category

    def run_validators(self, value: Any) -> None:
        """The text was looked up; nothing is left to be checked of it."""
