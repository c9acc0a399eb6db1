"""Taking in a file of products: a few hundred at a time, each of them wholly or not at all."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, BinaryIO, Literal, TypedDict
from uuid import UUID

from django.db import IntegrityError, connection
from django.db.models.functions import Now
from django.utils.text import slugify
from django.utils.translation import gettext_noop as _

from product.catalogue.csv.columns import HANDLE
from product.catalogue.csv.html import html_from_text, text_from_html
from product.catalogue.csv.parsing import ImageRow, Variant, parse
from product.catalogue.csv.reading import read_rows
from product.catalogue.models import Category, Product, Stock, StockMovement
from product.catalogue.services.products import is_reserved
from product.remarks import Remark
from product.transactions import retried_transaction
from servicekit.ids import new_id
from servicekit.text import legible

BATCH = 500
_SHOWN = ("name", "description", "vendor", "category_id", "tags", "is_active")
_UPDATED = [*_SHOWN, "price_minor", "currency", "handle", "options", "version", "updated_at"]
_OTHER = "Other"

Result = Literal["created", "updated", "unchanged", "ignored", "failed"]


class RowReport(TypedDict):
    """What became of a row. An `ignored` one names pictures only."""

    line: int
    handle: str
    sku: str
    result: Result
    errors: list[Remark]
    notes: list[Remark]


def worst_first(row: RowReport) -> tuple[bool, bool, int]:
    """To sort by: what failed, then what has something to tell, each by line."""
    return row["result"] != "failed", not row["notes"], row["line"]


@dataclass(slots=True)
class ImportReport:
    """What became of a file. Of a large one `rows` keeps those that have something to tell, and not all of these."""

    keep: int | None = None
    """How many rows; all of them when None."""
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(Result.__args__, 0))  # type: ignore[attr-defined]
    rows: list[RowReport] = field(default_factory=list)
    is_shortened: bool = False
    end: Remark | None = None
    """Why the file could not be read any further."""

    def add(self, report: RowReport) -> None:
        self.counts[report["result"]] += 1
        has_something_to_tell = report["errors"] or report["notes"]
        if self.keep is None or (has_something_to_tell and len(self.rows) < self.keep):
            self.rows.append(report)
        elif has_something_to_tell:
            self.is_shortened = True


def import_products(
    file: BinaryIO, *, actor_id: UUID | None, currency: str, charset: str | None = None, report: ImportReport
) -> Iterator[int]:
    """Create and change products by the rows of `file`, and tell of each in `report`.

    Yields the line that has been reached after every batch, which is one transaction. A product is recognised by its
    SKU. What a row says already holds of its product is not written. Raises `UnusableFile`.
    """
    items = parse(read_rows(file, charset=charset), currency=currency)
    while batch := list(islice(items, BATCH)):
        outcomes = _taken_in(batch, actor_id)
        for item, outcome in zip(batch, outcomes, strict=True):
            report.add(_row_report(item, outcome))
        yield batch[-1].line


def _taken_in(batch: list[Variant | ImageRow], actor_id: UUID | None) -> list[Result]:
    good = [item for item in batch if isinstance(item, Variant) and not item.errors]
    try:
        results = _write(good, actor_id=actor_id)
    except IntegrityError:
        # Somebody took an SKU or an address at the same moment: find out whose.
        results = {}
        for variant in good:
            results |= _written_alone(variant, actor_id)
    return [_outcome(item, results) for item in batch]


def _outcome(item: Variant | ImageRow, results: dict[int, Result]) -> Result:
    if isinstance(item, ImageRow):
        return "ignored"
    return "failed" if item.errors else results[item.line]


def _written_alone(variant: Variant, actor_id: UUID | None) -> dict[int, Result]:
    try:
        return _write([variant], actor_id=actor_id)
    except IntegrityError:
        words = _("The SKU or the handle was taken by another product at this moment")
        variant.errors.append(Remark(words=words))
        return {}


@retried_transaction
def _write(variants: list[Variant], *, actor_id: UUID | None) -> dict[int, Result]:
    """The result by line. A variant whose address is taken gets an error instead. One transaction."""
    skus = [variant.sku for variant in variants]
    locked = Product.objects.select_for_update(no_key=True).filter(sku__in=skus, retired_at=None).order_by("id")
    known = {product.sku: product for product in locked.defer("search_name", "search_vector")}
    names = {variant.category or ("" if variant.sku in known else _OTHER) for variant in variants}
    categories = _categories(names - {""})
    results: dict[int, Result] = {}
    created, changed = [], []
    taken = _taken_slugs([variant for variant in variants if variant.sku not in known])
    for variant in variants:
        product = known.get(variant.sku)
        if product is not None:
            results[variant.line] = "unchanged"
            if _apply(variant, product, categories):
                changed.append(product)
                results[variant.line] = "updated"
        elif slug := next((slug for slug in variant.slugs if slug not in taken and not is_reserved(slug)), None):
            taken.add(slug)
            known[variant.sku] = new = _new_product(variant, slug, categories)
            created.append(new)
            results[variant.line] = "created"
        else:
            variant.refuse(HANDLE, _("belongs to a product with another SKU"))
    _save(created, changed)
    counted = _count([variant for variant in variants if variant.line in results], known, created, actor_id)
    for line in counted:
        results[line] = "updated" if results[line] == "unchanged" else results[line]
    return results


def _apply(variant: Variant, product: Product, categories: dict[str, Category]) -> bool:
    """Set what the row says; whether anything was different."""
    wanted: dict[str, Any] = {
        "name": variant.name,
        "vendor": variant.vendor,
        "category_id": categories[variant.category].pk if variant.category else None,
        "tags": variant.tags,
        "is_active": variant.is_active,
        "price_minor": variant.price_minor,
        "currency": variant.currency,
        "handle": variant.handle if variant.options else "",
        "options": variant.options,
    }
    # The same words can be laid out in more ways as text than as HTML.
    if variant.description != text_from_html(html_from_text(product.description)):
        wanted["description"] = variant.description
    different = {name: value for name, value in wanted.items() if value is not None and value != getattr(product, name)}
    for name, value in different.items():
        setattr(product, name, value)
    return bool(different)


def _new_product(variant: Variant, slug: str, categories: dict[str, Category]) -> Product:
    return Product(
        id=new_id(),
        sku=variant.sku,
        slug=slug,
        name=variant.name,
        description=variant.description or "",
        vendor=variant.vendor or "",
        category=categories[variant.category or _OTHER],
        tags=variant.tags or [],
        is_active=variant.is_active is not False,
        price_minor=variant.price_minor,
        currency=variant.currency,
        handle=variant.handle if variant.options else "",
        options=variant.options,
    )


def _save(created: list[Product], changed: list[Product]) -> None:
    Product.objects.bulk_create(created)
    for product in changed:
        product.version += 1
        product.updated_at = Now()
    # Much faster than bulk_update(), which writes a CASE of hundreds of branches for each column.
    Product.objects.bulk_create(changed, update_conflicts=True, unique_fields=["id"], update_fields=_UPDATED)


def _count(
    variants: list[Variant], products: dict[str, Product], created: list[Product], actor_id: UUID | None
) -> list[int]:
    """Take the quantities as counted. Returns the lines of those that were different."""
    Stock.objects.bulk_create([Stock(product=product) for product in created])
    new_ids = {product.pk for product in created}
    wanted = {products[v.sku].pk: (v.quantity, v.line) for v in variants if v.quantity is not None}
    stocks = Stock.objects.select_for_update(no_key=True).filter(product_id__in=wanted).order_by("product_id")
    on_hand = dict(stocks.values_list("product_id", "on_hand"))
    moved = {pk: quantity - on_hand[pk] for pk, (quantity, _) in wanted.items() if quantity != on_hand[pk]}
    if not moved:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE stock SET on_hand = on_hand + quantity FROM unnest(%s::uuid[], %s::int[]) AS moved (id, quantity)"
            " WHERE product_id = moved.id",
            [list(moved), list(moved.values())],
        )
    StockMovement.objects.bulk_create(
        StockMovement(product_id=pk, quantity=quantity, reason=_reason(quantity, pk in new_ids), actor_id=actor_id)
        for pk, quantity in moved.items()
    )
    return [wanted[pk][1] for pk in moved]


def _reason(quantity: int, is_new: bool) -> StockMovement.Reason:
    if is_new:
        return StockMovement.Reason.INITIAL
    return StockMovement.Reason.RESTOCKED if quantity > 0 else StockMovement.Reason.CORRECTED


def _taken_slugs(new: Iterable[Variant]) -> set[str]:
    slugs = [slug for variant in new for slug in variant.slugs]
    return set(Product.objects.filter(slug__in=slugs, retired_at=None).values_list("slug", flat=True))


def _categories(names: set[str]) -> dict[str, Category]:
    """By the name or the slug that stands in the file. What is not there yet is made, at the top of the tree."""
    found: dict[str, Category] = {}
    for category in Category.objects.filter(name__in=names).order_by("-id"):
        found[category.name] = category
    found |= {category.slug: category for category in Category.objects.filter(slug__in=names)}
    for name in sorted(names - set(found)):
        slug = slugify(name)[:100] or f"category-{new_id()}"
        found[name], _is_new = Category.objects.get_or_create(slug=slug, defaults={"name": name})
    return found


def _row_report(item: Variant | ImageRow, result: Result) -> RowReport:
    row = RowReport(line=item.line, handle=item.handle, sku="", result=result, errors=[], notes=item.notes)
    if isinstance(item, Variant):
        row |= {"sku": legible(item.sku), "errors": item.errors}
    return row
