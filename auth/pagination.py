"""Pages of a list, by offset, and the links from one to the next."""

from typing import Generic, TypeVar
from urllib.parse import urlencode

from fastapi import Request
from pydantic import BaseModel

ItemT = TypeVar("ItemT")


class Page(BaseModel, Generic[ItemT]):
    """Some of the results. The links are relative to this server: its name is not taken from a request's header."""

    results: list[ItemT]
    next: str | None
    previous: str | None


class CountedPage(Page[ItemT], Generic[ItemT]):
    """`count` is the number of results on all pages."""

    count: int


def next_link(request: Request, *, offset: int, limit: int, has_more: bool) -> str | None:
    """The following page, unless this is the last."""
    return _link(request, offset + limit) if has_more else None


def previous_link(request: Request, *, offset: int, limit: int) -> str | None:
    """The page before, unless this is the first."""
    return _link(request, max(0, offset - limit)) if offset else None


def _link(request: Request, offset: int) -> str:
    return f"{request.url.path}?{urlencode({**request.query_params, 'offset': offset})}"
