"""The departments of the front page: the roots of the category tree, each with a picture from its shelves."""

from typing import NamedTuple
from uuid import UUID

from django.db.models import OuterRef, Subquery

from product.catalogue.models import Category, Product, ProductImage


class Department(NamedTuple):
    category: Category
    image: ProductImage | None


def departments() -> list[Department]:
    """In two statements. Only those with something on a shelf, be it that of a category below."""
    first = Product.objects.filter(category=OuterRef("pk"), is_active=True, retired_at=None).order_by("id")
    categories = list(Category.objects.annotate(first_product=Subquery(first.values("pk")[:1])))
    parents = {category.pk: category.parent_id for category in categories}
    product_ids: dict[UUID, UUID] = {}
    for category in categories:
        if category.first_product:
            root = _root_of(category.pk, parents)
            product_ids[root] = min(category.first_product, product_ids.get(root, category.first_product))
    images: dict[UUID, ProductImage] = {}
    for image in ProductImage.objects.filter(product__in=product_ids.values()):
        images.setdefault(image.product_id, image)
    return [
        Department(category, images.get(product_ids[category.pk]))
        for category in categories
        if category.pk in product_ids
    ]


def _root_of(category_id: UUID, parents: dict[UUID, UUID | None]) -> UUID:
    while parent := parents[category_id]:
        category_id = parent
    return category_id
