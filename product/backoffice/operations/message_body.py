"""A message's body as people read it."""

import json
from typing import Any, NamedTuple
from uuid import UUID

_SHOWN_CHARACTERS = 20_000


class ReadableBody(NamedTuple):
    text: str
    """Indented, if it is JSON."""
    is_cut: bool
    order_id: UUID | None
    """The order that it is about, if it says so."""


def readable(body: str) -> ReadableBody:
    """Whatever the bytes were: it is poison that is parked."""
    try:
        content = json.loads(body)
        text = json.dumps(content, indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        content, text = None, body
    text = text.encode("utf-8", "replace").decode()
    return ReadableBody(text[:_SHOWN_CHARACTERS], len(text) > _SHOWN_CHARACTERS, _order_id(content))


def _order_id(content: Any) -> UUID | None:
    data = content.get("data") if isinstance(content, dict) else None
    value = data.get("order_id") if isinstance(data, dict) else None
    try:
        return UUID(value)
    except (TypeError, ValueError, AttributeError):
        return None
