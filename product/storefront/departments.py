"""The departments of the front page: the roots of the category tree, each with a picture from its shelves."""

from typing import NamedTuple

from django.db.models import OuterRef, QuerySet, Subquery

from product.catalogue.models import Category, Product, ProductImage


class Department(NamedTuple):
    category: Category
    image: ProductImage | None


def departments() -> list[Department]:
    """In two statements. Only those with something on the shelf."""
    first_product = Product.objects.filter(category=OuterRef("pk"), is_active=True, retired_at=None).order_by("id")
    categories: QuerySet[Category] = Category.objects.filter(parent=None)
    found = categories.annotate(first_product=Subquery(first_product.values("pk")[:1])).exclude(first_product=None)
    product_ids = {category.pk: category.first_product for category in found}
    images: dict[object, ProductImage] = {}
    for image in ProductImage.objects.filter(product__in=product_ids.values()):
        images.setdefault(image.product_id, image)
    return [Department(category, images.get(product_ids[category.pk])) for category in found]
