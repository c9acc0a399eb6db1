"""Lists that grow without end, a page at a time, the newest first: by id, so that page one thousand costs what page one
does."""

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from flask import request
from pydantic import BaseModel, Field
from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute

from payment.database import current_session

ItemT = TypeVar("ItemT", bound=BaseModel)
RowT = TypeVar("RowT")

_OLDER, _NEWER = "o", "n"


class PageQuery(BaseModel):
    """The parameters of every list."""

    cursor: str | None = Field(
        None, pattern=f"^[{_OLDER}{_NEWER}][0-9a-f]{{32}}$", description="From `next` or `previous` of a page."
    )
    limit: int = Field(20, ge=1, le=100)


class Page(BaseModel, Generic[ItemT]):
    """A list's page; `next` and `previous` are whole URLs, or null where there is nothing more."""

    results: list[ItemT]
    next: str | None
    previous: str | None

    @classmethod
    def of(
        cls,
        statement: Select[RowT],
        *,
        id_column: InstrumentedAttribute[UUID],
        query: PageQuery,
        render: Callable[[RowT], ItemT],
    ) -> Self:
        """Load the page that `query` asks for. `statement` selects the whole list, without an order."""
        is_backward = query.cursor is not None and query.cursor[0] == _NEWER
        if query.cursor is not None:
            position = UUID(query.cursor[1:])
            statement = statement.where(id_column > position if is_backward else id_column < position)
        statement = statement.order_by(id_column if is_backward else id_column.desc()).limit(query.limit + 1)
        found = list(current_session().scalars(statement))
        has_more, rows = len(found) > query.limit, found[: query.limit]
        if is_backward:
            rows.reverse()
        has_next = bool(rows) and (has_more or is_backward)
        has_previous = bool(rows) and (has_more if is_backward else query.cursor is not None)
        return cls(
            results=[render(row) for row in rows],
            next=_url(_OLDER, rows[-1], id_column) if has_next else None,
            previous=_url(_NEWER, rows[0], id_column) if has_previous else None,
        )


def _url(direction: str, row: Any, id_column: InstrumentedAttribute[UUID]) -> str:
    """This page's URL with another cursor."""
    id_: UUID = getattr(row, id_column.key)
    return f"{request.base_url}?{urlencode(request.args.to_dict() | {'cursor': direction + id_.hex})}"
