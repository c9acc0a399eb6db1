"""The catalogue as a file: a part at a time, so that its size matters to nobody's memory."""

import csv
from collections.abc import Iterator
from io import StringIO
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q, QuerySet

from product.catalogue.csv import columns as c
from product.catalogue.csv.columns import disarmed
from product.catalogue.csv.html import html_from_text
from product.catalogue.models import Category, Product

_AT_ONCE = 500


def write_products(*, media_origin: str = "") -> Iterator[str]:
    """Every product that is not retired, hidden ones too, as parts of the text of a CSV file.

    `media_origin` ("https://shop.example.org") begins the addresses of the pictures. What comes out can be imported
    again and changes nothing.
    """
    types = _types()
    yield _csv([c.WRITTEN])
    for products in _batches():
        firsts: dict[str, Product] = {}
        yield _csv(
            [
                row
                for product in products
                for row in _rows(product, firsts.setdefault(_handle(product), product), types, media_origin)
            ]
        )
        # Whoever downloads slowly holds no connection meanwhile.
        if not connection.in_atomic_block:
            connection.close()


def _batches() -> Iterator[list[Product]]:
    """Products without variants by age, then the others by handle, no thing divided between two batches."""
    everything = Product.objects.filter(retired_at=None).defer("search_name", "search_vector")
    everything = everything.select_related("category", "stock").prefetch_related("images")
    alone, last = everything.filter(handle="").order_by("id"), UUID(int=0)
    while batch := list(alone.filter(pk__gt=last)[:_AT_ONCE]):
        yield batch
        last = batch[-1].pk
    things = Product.objects.filter(retired_at=None).exclude(handle="").order_by("handle")
    handles = things.values_list("handle", flat=True).distinct()
    handle = ""
    while some := list(handles.filter(handle__gt=handle)[:_AT_ONCE]):
        yield list(everything.filter(handle__in=some).order_by("handle", "id"))
        handle = some[-1]


def _types() -> dict[str, str]:
    """What stands for each category: its name, where no other has the same."""
    names = Category.objects.values("name").annotate(n=Count("id")).filter(n=1).values("name")
    unique: QuerySet[Category] = Category.objects.filter(Q(name__in=names))
    slugs = dict(Category.objects.values_list("slug", "slug"))
    # A name that is also the slug of another would find that one.
    return slugs | {slug: name for slug, name in unique.values_list("slug", "name") if slugs.get(name, slug) == slug}


def _handle(product: Product) -> str:
    return product.handle or product.slug


def _rows(product: Product, first: Product, types: dict[str, str], media_origin: str) -> Iterator[list[str]]:
    """`first`: of its thing. What it has said already is not repeated, unless this variant differs."""
    thing = _thing_cells(product, types)
    cells = {c.HANDLE: disarmed(_handle(product))} | _variant_cells(product)
    if product is first or thing != _thing_cells(first, types):
        cells |= thing
    for number, picture in enumerate(_picture_cells(product, media_origin) or [{}]):
        row = (cells if number == 0 else {c.HANDLE: disarmed(_handle(product))}) | picture
        yield [row.get(column, "") for column in c.WRITTEN]


def _picture_cells(product: Product, media_origin: str) -> list[dict[str, str]]:
    return [
        {
            c.IMAGE: f"{media_origin}{picture.file.url}",
            c.IMAGE_POSITION: str(number),
            c.IMAGE_ALT: disarmed(picture.alt),
        }
        for number, picture in enumerate(product.images.all(), start=1)
    ]


def _thing_cells(product: Product, types: dict[str, str]) -> dict[str, str]:
    return {
        c.TITLE: disarmed(product.name),
        c.BODY: disarmed(html_from_text(product.description)),
        c.VENDOR: disarmed(product.vendor),
        c.TYPE: disarmed(types[product.category.slug]),
        c.TAGS: disarmed(", ".join(product.tags)),
        c.PUBLISHED: "TRUE" if product.is_active else "FALSE",
        c.STATUS: "active" if product.is_active else "draft",
    }


def _variant_cells(product: Product) -> dict[str, str]:
    cells = {
        c.SKU: disarmed(product.sku),
        c.QUANTITY: str(product.stock.on_hand),
        c.PRICE: product.price,
        c.CURRENCY: product.currency,
    }
    options = product.options or [c.NO_OPTION]
    for (name_column, value_column), (name, value) in zip(c.OPTIONS, options, strict=False):
        cells |= {name_column: disarmed(name), value_column: disarmed(value)}
    return cells


def _csv(rows: list[list[str]]) -> str:
    text = StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()
