"""Staff gives out the products as a CSV file, which runs in no spreadsheet and can be taken in again."""

import csv
from io import StringIO
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from product.catalogue.csv.columns import armed, disarmed
from product.catalogue.csv.html import html_from_text, text_from_html
from product.catalogue.models import Product
from tests.product.api import Api
from tests.product.csv_files import report_of
from tests.product.factories import make_category, make_order, make_product


def exported(api: Api) -> str:
    response = api.get("/api/v1/products/export")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    return b"".join(response.streaming_content).decode()


def test_what_is_exported_changes_nothing_when_it_is_imported(staff_api: Api) -> None:
    kitchen = make_category(name="Kitchen", slug="kitchen-and-table")
    make_category(name="Same", slug="one")
    twin = make_category(name="Same", slug="two")
    make_product(name="=HYPERLINK(1)", sku="-SKU", slug="Odd_Slug", description=" a  <b>\n\n\n\nb ", category=kitchen)
    make_product(name="'quoted", tags=["+x", "y"], vendor="@vendor", currency="JPY", category=twin, is_active=False)
    for size, name in (("S", "Shirt"), ("M", "Shirt"), ("L", "Larger shirt")):
        make_product(name=name, handle="Shirt", options=[["Size", size]])
    make_order(product=Product.objects.first())
    before = list(Product.objects.order_by("id").values())

    report = report_of(staff_api.post("/api/v1/products/import", exported(staff_api), content_type="text/csv"))

    assert report["counts"] == {"created": 0, "updated": 0, "unchanged": 5, "ignored": 0, "failed": 0}, report
    assert list(Product.objects.order_by("id").values()) == before


def test_an_export_runs_in_no_spreadsheet(staff_api: Api) -> None:
    make_product(name="=1+1", description="@x", vendor="-1", sku="+1")

    rows = list(csv.reader(StringIO(exported(staff_api))))

    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_an_export_costs_the_same_few_statements_for_many_products(
    staff_api: Api, django_assert_num_queries: Any
) -> None:
    for _ in range(3):
        make_product()

    with django_assert_num_queries(6):
        exported(staff_api)


@given(st.text())
def test_a_disarmed_cell_gives_its_text_back(text: str) -> None:
    assert armed(disarmed(text)) == text
    assert not disarmed(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.text(alphabet="ab <>&;\n\t'\"/"))
def test_laying_out_a_description_settles_at_once(text: str) -> None:
    settled = text_from_html(html_from_text(text))

    assert text_from_html(html_from_text(settled)) == settled
