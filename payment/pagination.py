"""Lists that grow without end, a page at a time, the newest first: by id, so that page one thousand costs what page one
does."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, NamedTuple, Self, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from pydantic import BaseModel, Field
from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute

from payment.database import current_session

ItemT = TypeVar("ItemT", bound=BaseModel)
RowT = TypeVar("RowT")

_OLDER, _NEWER = "o", "n"

Cursor = Annotated[
    str, Field(pattern=f"^[{_OLDER}{_NEWER}][0-9a-f]{{32}}$", description="From `next` or `previous` of a page.")
]


class PageQuery(BaseModel):
    """The parameters of every list."""

    cursor: Cursor | None = None
    limit: int = Field(20, ge=1, le=100)


class Position(NamedTuple):
    """Where a page begins: behind the row with this id, seen in the direction of reading. None: at the newest row."""

    id: int | None
    is_backward: bool
    """Towards the newer rows, which are then loaded oldest first."""

    @classmethod
    def of(cls, cursor: str | None) -> "Position":
        return cls(None, is_backward=False) if cursor is None else cls(int(cursor[1:], 16), cursor[0] == _NEWER)


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

        def load(position: Position, limit: int) -> Sequence[RowT]:
            chosen = statement
            if position.id is not None:
                id_ = UUID(int=position.id)
                chosen = chosen.where(id_column > id_ if position.is_backward else id_column < id_)
            order = id_column if position.is_backward else id_column.desc()
            return current_session().scalars(chosen.order_by(order).limit(limit)).all()

        return cls.loaded_by(
            load,
            cursor=query.cursor,
            limit=query.limit,
            id_of=lambda row: getattr(row, id_column.key).int,
            render=lambda rows: [render(row) for row in rows],
        )

    @classmethod
    def loaded_by(
        cls,
        load: Callable[[Position, int], Sequence[RowT]],
        *,
        cursor: str | None,
        limit: int,
        id_of: Callable[[RowT], int],
        render: Callable[[Sequence[RowT]], list[ItemT]],
        leave_out: Sequence[str] = (),
    ) -> Self:
        """The page at the cursor. `load` gets the position and how many rows it may take in the direction of reading.

        `leave_out`: parameters of the request that the neighbours' URLs do not repeat.
        """
        position = Position.of(cursor)
        found = load(position, limit + 1)
        has_more, rows = len(found) > limit, list(found[:limit])
        if position.is_backward:
            rows.reverse()
        has_next = bool(rows) and (has_more or position.is_backward)
        has_previous = bool(rows) and (has_more if position.is_backward else position.id is not None)
        return cls(
            results=render(rows),
            next=_url(_OLDER, id_of(rows[-1]), leave_out) if has_next else None,
            previous=_url(_NEWER, id_of(rows[0]), leave_out) if has_previous else None,
        )


def _url(direction: str, id_: int, leave_out: Sequence[str]) -> str:
    """This page's URL with another cursor."""
    from flask import request  # noqa: PLC0415  (the other processes answer no requests, and do without Flask)

    parameters: dict[str, Any] = {name: value for name, value in request.args.items() if name not in leave_out}
    return f"{request.base_url}?{urlencode(parameters | {'cursor': f'{direction}{id_:032x}'})}"
