"""What a visitor of the catalogue chose, as it stands in the address: search, category, order, place in the list."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, Self, cast, get_args
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from product.catalogue.models import Category
from product.catalogue.queries import ProductFilter

Ordering = Literal["", "price", "-price"]
"""The empty one is the catalogue's own: by relevance for a search, the newest first otherwise."""


class Link(NamedTuple):
    """A choice on offer, as a link that changes nothing else."""

    name: str | Promise
    href: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class CatalogueFilters:
    search: str = ""
    category: str = ""
    ordering: Ordering = ""
    cursor: str = ""

    @classmethod
    def of(cls, parameters: Mapping[str, str]) -> Self:
        """Read what was typed or linked. Nonsense counts as not chosen: an address may be old or mistyped."""
        ordering = parameters.get("ordering", "")
        return cls(
            search=parameters.get("search", "").replace("\x00", "").strip()[:200],
            category=parameters.get("category", "").replace("\x00", "")[:100],
            ordering=cast("Ordering", ordering) if ordering in get_args(Ordering) else "",
            cursor=parameters.get("cursor", "")[:2000],
        )

    def wanted(self) -> ProductFilter:
        """The same for the catalogue's query."""
        return ProductFilter(
            search=self.search or None, category_slug=self.category or None, ordering=self.ordering or None
        )

    def href(self, **changes: str) -> str:
        """The address with some choices changed ("?category=mugs"). Any change leads to the first page."""
        changed = replace(self, **({"cursor": ""} | changes))  # type: ignore[arg-type]  # all are strings
        values = {name: getattr(changed, name) for name in ("search", "category", "ordering", "cursor")}
        return "?" + urlencode({name: value for name, value in values.items() if value})

    def category_links(self, categories: Iterable[Category]) -> list[Link]:
        everything = Link(_("Everything"), self.href(category=""), not self.category)
        return [everything] + [
            Link(category.name, self.href(category=category.slug), category.slug == self.category)
            for category in categories
        ]

    def ordering_links(self) -> list[Link]:
        names: dict[Ordering, Promise] = {
            "": _("Best match") if self.search else _("Newest"),
            "price": _("Price: low to high"),
            "-price": _("Price: high to low"),
        }
        return [Link(name, self.href(ordering=value), value == self.ordering) for value, name in names.items()]
