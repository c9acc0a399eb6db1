"""Changing the pictures of a product, by staff. Each change is one of the product: its version rises."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max
from django.db.models.functions import Now

from product.catalogue.errors import ImageNotFound, ProductNotFound, TooManyImages
from product.catalogue.media import naming_files, remove_orphans, store_image
from product.catalogue.models import Product, ProductImage
from product.transactions import retried_transaction
from servicekit.pictures import Converted

MOST_IMAGES = 20


def add_image(
    *, product_id: UUID, picture: Converted, smaller: dict[int, bytes], alt: str, position: int | None
) -> ProductImage:
    """Show the picture with the product, behind the others unless `position` says otherwise.

    Raises `ProductNotFound`, `TooManyImages`.
    """
    with naming_files():
        _touch(product_id)
        others = ProductImage.objects.filter(product_id=product_id)
        if others.count() >= MOST_IMAGES:
            raise TooManyImages
        last: int | None = others.aggregate(last=Max("position"))["last"]
        return ProductImage.objects.create(
            product_id=product_id,
            file=store_image(picture.content, lambda: smaller),
            width=picture.width,
            height=picture.height,
            alt=alt,
            position=position if position is not None else 0 if last is None else last + 1,
        )


@retried_transaction
def change_image(*, product_id: UUID, image_id: UUID, changes: dict[str, Any]) -> ProductImage:
    """Set `alt` or `position`. Raises `ProductNotFound`, `ImageNotFound`."""
    _touch(product_id)
    images = ProductImage.objects.filter(pk=image_id, product_id=product_id)
    if changes:
        images.update(**changes)
    image = images.first()
    if image is None:
        raise ImageNotFound
    return image


@retried_transaction
def move_image(*, product_id: UUID, image_id: UUID, places: int) -> None:
    """Show the picture so many places later, or with a negative number earlier, as far as there are places.

    Raises `ProductNotFound`, `ImageNotFound`.
    """
    _touch(product_id)
    images = list(ProductImage.objects.filter(product_id=product_id))
    moved = next((image for image in images if image.pk == image_id), None)
    if moved is None:
        raise ImageNotFound
    place = images.index(moved) + places
    images.remove(moved)
    images.insert(max(0, place), moved)
    for position, image in enumerate(images):
        image.position = position
    ProductImage.objects.bulk_update(images, ["position"])


@retried_transaction
def delete_image(*, product_id: UUID, image_id: UUID) -> None:
    """Raises `ProductNotFound`, `ImageNotFound`. The files go when the row has gone for good."""
    _touch(product_id)
    image = ProductImage.objects.filter(pk=image_id, product_id=product_id).first()
    if image is None:
        raise ImageNotFound
    name = str(image.file)
    image.delete()
    transaction.on_commit(lambda: remove_orphans([name]), robust=True)


def _touch(product_id: UUID) -> None:
    """Lock the product, and count the change."""
    product = Product.objects.filter(pk=product_id, retired_at=None)
    if not product.update(version=F("version") + 1, updated_at=Now()):
        raise ProductNotFound
