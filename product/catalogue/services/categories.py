"""Changing the category tree, by staff."""

from typing import Any
from uuid import UUID

from django.db.models import ProtectedError
from django.db.models.functions import Now

from product.catalogue.errors import CategoryCycle, CategoryInUse, CategoryNotFound, SlugTaken
from product.catalogue.models import Category
from product.transactions import retried_transaction, violations_as

_CONFLICTS = {"categories_slug_unique": SlugTaken}


@violations_as(_CONFLICTS)
@retried_transaction
def create_category(
    *, name: str, slug: str, description: str = "", parent: Category | None = None, position: int = 0
) -> Category:
    """Raises `SlugTaken`."""
    return Category.objects.create(name=name, slug=slug, description=description, parent=parent, position=position)


@violations_as(_CONFLICTS)
@retried_transaction
def change_category(*, category_id: UUID, changes: dict[str, Any]) -> None:
    """Set the columns in `changes`. Raises `CategoryNotFound`, `CategoryCycle`, `SlugTaken`."""
    if changes.get("parent") is not None:
        _refuse_cycle(category_id, changes["parent"])
    if not Category.objects.filter(id=category_id).update(**changes, updated_at=Now()):
        raise CategoryNotFound


@retried_transaction
def delete_category(*, category_id: UUID) -> None:
    """Raises `CategoryNotFound`, `CategoryInUse`."""
    category = Category.objects.select_for_update().filter(id=category_id).first()
    if category is None:
        raise CategoryNotFound
    try:
        category.delete()
    except ProtectedError as error:
        raise CategoryInUse from error


def _refuse_cycle(category_id: UUID, new_parent: Category) -> None:
    """Walk from the new parent to the root. The whole tree is locked: two moves at once could close a circle."""
    parents = dict(Category.objects.select_for_update(no_key=True).order_by("id").values_list("id", "parent_id"))
    ancestor: UUID | None = new_parent.pk
    while ancestor is not None:
        if ancestor == category_id:
            raise CategoryCycle
        ancestor = parents.get(ancestor)
