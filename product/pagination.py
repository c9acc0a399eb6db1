"""Lists that grow without end, a page at a time: by keyset, so that page one thousand costs what page one does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet

from servicekit.problems import FieldError, ValidationFailed

DEFAULT_LIMIT = 20

ItemT = TypeVar("ItemT")
ModelT = TypeVar("ModelT", bound=Model)


@dataclass(frozen=True, slots=True)
class Page(Generic[ItemT]):
    """Some items of a list, and the cursors to its neighbours; None where there is no neighbour."""

    items: list[ItemT]
    next_cursor: str | None
    previous_cursor: str | None


def keyset_page(
    queryset: QuerySet[ModelT],
    *,
    ordering: str,
    cursor: str | None,
    limit: int = DEFAULT_LIMIT,
    first: Callable[[QuerySet[ModelT], int], QuerySet[ModelT]] = lambda queryset, number: queryset[:number],
) -> Page[ModelT]:
    """A page in the order of the column `ordering` ("-" for descending), ties broken by id.

    `first` takes the first so many of an ordered queryset, for those that know a quicker way than PostgreSQL.
    Raises `ValidationFailed` for a cursor that is not ours, or of another ordering.
    """
    column, is_descending = ordering.removeprefix("-"), ordering.startswith("-")
    is_backward, position = _read(cursor, ordering) if cursor else (False, None)
    step = "lt" if is_descending != is_backward else "gt"
    if position is not None:
        queryset = queryset.filter(_beyond(column, step, *position))
    sign = "-" if step == "lt" else ""
    keys = [f"{sign}id"] if column == "id" else [f"{sign}{column}", f"{sign}id"]
    found = list(first(queryset.order_by(*keys), limit + 1))
    has_more, items = len(found) > limit, found[:limit]
    if is_backward:
        items.reverse()

    def cursor_at(item: ModelT, *, backward: bool) -> str:
        return _write(ordering, backward=backward, position=[_plain(getattr(item, column)), str(item.pk)])

    has_next = bool(items) and (has_more or is_backward)
    has_previous = bool(items) and (has_more if is_backward else position is not None)
    return Page(
        items,
        cursor_at(items[-1], backward=False) if has_next else None,
        cursor_at(items[0], backward=True) if has_previous else None,
    )


def offset_page(
    items: Callable[[int, int], list[ItemT]], *, ordering: str, cursor: str | None, limit: int
) -> Page[ItemT]:
    """A page of a list whose order is computed, such as relevance. `items(offset, number)` are a part of it.

    `ordering` names the order. Raises `ValidationFailed` for a cursor of another.
    """
    _, position = _read(cursor, ordering) if cursor else (False, [0])
    offset = position[0]
    found = items(offset, limit + 1)
    return Page(
        found[:limit],
        _write(ordering, backward=False, position=[offset + limit]) if len(found) > limit else None,
        _write(ordering, backward=True, position=[max(0, offset - limit)]) if offset else None,
    )


def _beyond(column: str, step: str, value: Any, item_id: str) -> Q:
    """The rows after (value, id). The first condition says nothing new, but an index can use it."""
    if column == "id":
        return Q(**{f"id__{step}": item_id})
    return Q(**{f"{column}__{step}e": value}) & (Q(**{f"{column}__{step}": value}) | Q(**{f"id__{step}": item_id}))


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | str) else str(value)


def _write(ordering: str, *, backward: bool, position: list[Any]) -> str:
    return _signer(ordering).sign_object([backward, position])


def _read(cursor: str, ordering: str) -> tuple[bool, list[Any]]:
    try:
        backward, position = _signer(ordering).unsign_object(cursor)
    except signing.BadSignature:
        raise ValidationFailed([FieldError(pointer="cursor", message="Not a cursor of this list.")]) from None
    return backward, position


def _signer(ordering: str) -> signing.Signer:
    """Cursors are signed, so that what comes back needs no checking; salted, so that they fit their ordering only."""
    return signing.Signer(salt=f"cursor:{ordering}")
