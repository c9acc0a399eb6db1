"""The pages of the back office, as its menu lists them."""

from typing import NamedTuple

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_PAGES: tuple[tuple[str, Promise], ...] = (
    ("backoffice:today", _("Today")),
    ("backoffice:orders", _("Orders to ship")),
    ("backoffice:refunds", _("Refunds")),
    ("backoffice:stock", _("Low stock")),
    ("backoffice:products", _("Products")),
    ("backoffice:imports", _("Import")),
    ("backoffice:operations", _("Operations")),
)
"""Each with its address. `Today` is the beginning of all addresses."""


class Section(NamedTuple):
    name: Promise
    href: str
    is_current: bool


def sections(path: str) -> list[Section]:
    """The menu, in which the page at `path` is marked, or the one it belongs to."""
    addresses = [(name, reverse(page)) for page, name in _PAGES]
    here = max((href for _name, href in addresses if path.startswith(href)), key=len, default="")
    return [Section(name, href, href == here) for name, href in addresses]
