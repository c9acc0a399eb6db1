"""What a visitor of the catalogue chose, as it stands in the address: search, filters, order, place in the list."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Literal, NamedTuple, Self, cast, get_args
from urllib.parse import urlencode

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from product.catalogue.models import Category
from product.catalogue.queries import ProductFilter
from servicekit.money import InvalidAmount, parse_amount

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
    min_price: str = ""
    max_price: str = ""
    in_stock: Literal["", "1"] = ""
    ordering: Ordering = ""
    cursor: str = ""

    @classmethod
    def of(cls, parameters: Mapping[str, str]) -> Self:
        """Read what was typed or linked. Nonsense counts as not chosen: an address may be old or mistyped."""
        ordering = parameters.get("ordering", "")
        return cls(
            search=parameters.get("search", "").replace("\x00", "").strip()[:200],
            category=parameters.get("category", "").replace("\x00", "")[:100],
            min_price=_price(parameters.get("min_price", "")),
            max_price=_price(parameters.get("max_price", "")),
            in_stock="1" if parameters.get("in_stock") == "1" else "",
            ordering=cast("Ordering", ordering) if ordering in get_args(Ordering) else "",
            cursor=parameters.get("cursor", "")[:2000],
        )

    def wanted(self) -> ProductFilter:
        """The same for the catalogue's query."""
        return ProductFilter(
            search=self.search or None,
            category_slug=self.category or None,
            currency=settings.CURRENCY if self.min_price or self.max_price else None,
            min_price_minor=parse_amount(self.min_price, settings.CURRENCY) if self.min_price else None,
            max_price_minor=parse_amount(self.max_price, settings.CURRENCY) if self.max_price else None,
            in_stock=True if self.in_stock else None,
            ordering=self.ordering or None,
        )

    @property
    def is_narrowed(self) -> bool:
        return bool(self.search or self.min_price or self.max_price or self.in_stock)

    def others_than(self, *names: str) -> list[tuple[str, str]]:
        """What a form that asks for `names` has to send along."""
        return [(name, value) for name, value in asdict(self).items() if value and name not in (*names, "cursor")]

    def href(self, **changes: str) -> str:
        """The address with some choices changed ("?category=mugs"). Any change leads to the first page."""
        changed = replace(self, **({"cursor": ""} | changes))  # type: ignore[arg-type]  # all are strings
        return "?" + urlencode({name: value for name, value in asdict(changed).items() if value})

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


def _price(text: str) -> str:
    """A bound as it was typed, with a comma or a point; empty when it is no amount of the shop's currency."""
    typed = text.strip().replace(",", ".")
    try:
        return typed if typed and parse_amount(typed, settings.CURRENCY) >= 0 else ""
    except InvalidAmount:
        return ""
