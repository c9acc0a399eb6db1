"""From rows to variants: what stands once for all variants of a thing is passed on, and every value is checked."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.core.validators import slug_re
from django.utils.text import slugify
from django.utils.translation import gettext_noop as _

from product.catalogue.csv import columns as c
from product.catalogue.csv.html import text_from_html
from product.catalogue.csv.reading import Row
from product.remarks import Remark
from servicekit.money import CURRENCIES, InvalidAmount, parse_amount
from servicekit.text import storable

_LONGEST = {c.HANDLE: 200, c.TITLE: 200, c.VENDOR: 100, c.TYPE: 100, c.SKU: 64}
_LONGEST |= {name: 50 for name, _ in c.OPTIONS} | {value: 100 for _, value in c.OPTIONS}
_LONGEST_DESCRIPTION = 20_000
_LONGEST_TAG = 50
_LARGEST_QUANTITY = 1_000_000_000
_YES, _NO = {"true", "yes", "1"}, {"false", "no", "0"}


@dataclass(slots=True)
class Variant:
    """A row that describes a product; None for what it leaves as it is. With `errors` it is not to be imported."""

    line: int
    handle: str
    sku: str
    name: str = ""
    description: str | None = None
    vendor: str | None = None
    category: str | None = None
    tags: list[str] | None = None
    is_active: bool | None = None
    options: list[list[str]] = field(default_factory=list)
    price_minor: int = 0
    currency: str = ""
    quantity: int | None = None
    errors: list[Remark] = field(default_factory=list)
    notes: list[Remark] = field(default_factory=list)

    def refuse(self, column: str, words: str, **values: str | int) -> None:
        self.errors.append(Remark(column=column, words=words, values=values))

    @property
    def slugs(self) -> list[str]:
        """The addresses that it would like to have, the best first."""
        values = slugify(" ".join(value for _, value in self.options))
        return [self.handle, f"{self.handle}-{values}"[:200]] if values else [self.handle]


@dataclass(slots=True)
class ImageRow:
    """A row that only names one more picture of the thing above it."""

    line: int
    handle: str
    notes: list[Remark]


def parse(rows: Iterator[Row], *, currency: str) -> Iterator[Variant | ImageRow]:
    """`currency`: of prices in files that do not say."""
    first: Row | None = None
    begun: dict[str, int] = {}
    skus: dict[str, int] = {}
    for row in rows:
        handle = _handle(row)
        if first is None or handle != _handle(first):
            first = row
            earlier = begun.setdefault(handle, row.line)
        if row is not first and _is_image_only(row):
            yield ImageRow(row.line, handle, _image_notes(row))
            continue
        variant = _variant(row, first, handle, currency)
        if earlier != first.line and handle:
            variant.refuse(c.HANDLE, _("was used before, at line %(line)d"), line=earlier)
        if (same := skus.setdefault(variant.sku, row.line)) != row.line:
            variant.refuse(c.SKU, _("appears before, at line %(line)d"), line=same)
        yield variant


def _handle(row: Row) -> str:
    cell = row.get(c.HANDLE) or ""
    return cell if slug_re.fullmatch(cell) else slugify(cell)


def _variant(row: Row, first: Row, handle: str, currency: str) -> Variant:
    options = _options(row, first)
    values = "-".join(filter(None, [handle, slugify(" ".join(value for _, value in options))]))
    variant = Variant(row.line, handle, row.get(c.SKU) or values[:64], options=options, notes=_image_notes(row))
    variant.errors += _unusable_cells(row) + ([] if row is first else _unusable_cells(first))
    if not handle:
        variant.refuse(c.HANDLE, _("is missing, or has no letter or digit"))
    if not variant.errors:
        _read_thing(variant, row if row.get(c.TITLE) else first)
        _read_price(variant, row, currency)
        variant.quantity = _quantity(variant, row)
    return variant


def _read_thing(variant: Variant, first: Row) -> None:
    """What stands in the first row of a thing, unless a variant has a title of its own."""
    variant.name = first.get(c.TITLE) or ""
    if not variant.name:
        variant.refuse(c.TITLE, _("is missing"))
    body, tags = first.get(c.BODY), first.get(c.TAGS)
    variant.description = None if body is None else text_from_html(body)
    if len(variant.description or "") > _LONGEST_DESCRIPTION:
        variant.errors.append(_too_long(c.BODY, _LONGEST_DESCRIPTION))
    variant.vendor, variant.category = first.get(c.VENDOR), first.get(c.TYPE) or None
    if tags is not None:
        variant.tags = list(dict.fromkeys(tag.strip() for tag in tags.split(",") if tag.strip()))
        if any(len(tag) > _LONGEST_TAG for tag in variant.tags):
            variant.refuse(c.TAGS, _("one is longer than %(most)d characters"), most=_LONGEST_TAG)
    variant.is_active = _is_active(variant, first)


def _is_active(variant: Variant, first: Row) -> bool | None:
    published, status = (first.get(c.PUBLISHED) or "").lower(), (first.get(c.STATUS) or "").lower()
    if published not in {"", *_YES, *_NO}:
        variant.refuse(c.PUBLISHED, _("must be TRUE or FALSE"))
    if status not in {"", "active", "draft", "archived"}:
        variant.refuse(c.STATUS, _("must be active, draft or archived"))
    if not published and not status:
        return None
    return published not in _NO and status in {"", "active"}


def _read_price(variant: Variant, row: Row, currency: str) -> None:
    variant.currency = row.get(c.CURRENCY) or currency
    if variant.currency not in CURRENCIES:
        variant.refuse(c.CURRENCY, _("is not a known code"))
        return
    try:
        variant.price_minor = parse_amount(row.get(c.PRICE) or "", variant.currency)
    except InvalidAmount:
        words = _("must be an amount such as 19.99, with no more decimals than %(currency)s has")
        variant.refuse(c.PRICE, words, currency=variant.currency)
        return
    if variant.price_minor <= 0:
        variant.refuse(c.PRICE, _("must be greater than zero"))


def _quantity(variant: Variant, row: Row) -> int | None:
    text = row.get(c.QUANTITY)
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 10 or int(text) > _LARGEST_QUANTITY:
        variant.refuse(c.QUANTITY, _("must be a whole number, not below zero"))
        return None
    return int(text)


def _options(row: Row, first: Row) -> list[list[str]]:
    found = [(first.get(name) or row.get(name) or "", row.get(value) or "") for name, value in c.OPTIONS]
    return [[name or "Option", value] for name, value in found if value and (name, value) != c.NO_OPTION]


def _unusable_cells(row: Row) -> list[Remark]:
    errors = [Remark(words=_("There are more cells than columns"))] if row.has_more_cells_than_columns else []
    for column, cell in row.cells.items():
        try:
            storable(cell)
        except ValueError:
            has_nul = "\x00" in cell
            words = _("must not contain NUL characters") if has_nul else _("is not text in this encoding")
            errors.append(Remark(column=column, words=words))
    too_long = [column for column, most in _LONGEST.items() if len(row.get(column) or "") > most]
    return errors + [_too_long(column, _LONGEST[column]) for column in too_long]


def _too_long(column: str, most: int) -> Remark:
    return Remark(column=column, words=_("is longer than %(most)d characters"), values={"most": most})


def _is_image_only(row: Row) -> bool:
    of_variants = (c.SKU, c.PRICE, c.QUANTITY, *(value for _, value in c.OPTIONS))
    return bool(row.get(c.IMAGE)) and not any(row.get(column) for column in of_variants)


def _image_notes(row: Row) -> list[Remark]:
    """Pictures are uploaded: this service fetches nothing from addresses that somebody wrote into a file."""
    address = row.get(c.IMAGE)
    if not address or urlsplit(address[:2000]).path.startswith("/media/products/"):
        return []
    return [Remark(column=c.IMAGE, words=_("was not fetched; upload the picture instead"))]
