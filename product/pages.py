"""A list's page over the wire: which one is asked for, and what is answered. What is on it: `pagination.py`."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from rest_framework import serializers
from rest_framework.request import Request

from product.pagination import DEFAULT_LIMIT, Page
from product.serializers import StrictSerializer, all_shown

MAX_LIMIT = 100


class PageQuery(StrictSerializer):
    """The parameters of every list."""

    cursor = serializers.CharField(required=False, max_length=2000, help_text="From `next` or `previous` of a page.")
    limit = serializers.IntegerField(required=False, default=DEFAULT_LIMIT, min_value=1, max_value=MAX_LIMIT)


def page_body(request: Request, page: Page[Any], serializer: type[serializers.Serializer[Any]]) -> dict[str, Any]:
    """What goes over the wire: the items, and the neighbours as whole URLs."""
    return {
        "results": all_shown(serializer, page.items),
        "next": _url(request, page.next_cursor),
        "previous": _url(request, page.previous_cursor),
    }


def whole_body(items: Sequence[Any], serializer: type[serializers.Serializer[Any]]) -> dict[str, Any]:
    """The same for a list that is given in one piece."""
    return {"results": all_shown(serializer, items), "next": None, "previous": None}


def _url(request: Request, cursor: str | None) -> str | None:
    if cursor is None:
        return None
    query = request.query_params.dict() | {"cursor": cursor}
    return request.build_absolute_uri(f"{request.path}?{urlencode(query)}")
