"""Files of products in the admin: sent by a form, told of row by row, and the whole catalogue out again."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile

from product.catalogue.models import Product, ProductImport, StockMovement
from product.catalogue.services.import_jobs import run_next_import
from servicekit.http import MAX_BODY_BYTES
from tests.product.backoffice.clicks import token_of
from tests.product.factories import make_product
from tests.product.storefront.browser import Browser, Page
from tests.product.storefront.fake_services import user_id_of

PRODUCTS = "/admin/catalogue/product/"
IMPORT = f"{PRODUCTS}import/"
EXPORT = f"{PRODUCTS}export/"
IMPORTS = "/admin/catalogue/productimport/"
HEADER = "Handle,Title,Type,Variant SKU,Variant Inventory Qty,Variant Price"
MUG = "mug,Green mug,Kitchen,MUG-1,12,18.50"


def send(clerk: Browser, *lines: str, header: str = HEADER, **fields: Any) -> Page:
    """The page that follows."""
    content = "\n".join([header, *lines]).encode("utf-8", "surrogateescape")
    file = SimpleUploadedFile("products.csv", content, "text/csv")
    values = token_of(clerk, IMPORT) | {"currency": "EUR", "file": file} | fields
    return Page(clerk.client.post(IMPORT, values, follow=True))


def many(rows: int) -> list[str]:
    return [f"p-{n},Product {n},Kitchen,SKU-{n},{n + 1},1.00" for n in range(rows)]


def test_the_list_of_products_leads_to_both(clerk: Browser) -> None:
    links = clerk.open(PRODUCTS).links

    assert IMPORT in links
    assert EXPORT in links
    assert clerk.open(IMPORT).status == 200


def test_a_small_file_is_taken_in_at_once_and_its_rows_are_told(clerk: Browser) -> None:
    page = send(clerk, MUG)

    product, job = Product.objects.get(sku="MUG-1"), ProductImport.objects.get()
    assert (product.name, product.price_minor, product.stock.on_hand) == ("Green mug", 1850, 12)
    assert StockMovement.objects.get().actor_id == user_id_of("grace")
    assert page.response.redirect_chain == [(f"{IMPORTS}{job.pk}/change/", 302)]
    assert "1 created" in page.text
    assert "2 MUG-1 mug created" in page.text
    assert 'http-equiv="refresh"' not in page.html
    entry = LogEntry.objects.get()
    assert (entry.object_id, entry.user.get_username()) == (str(job.pk), "grace")


def test_bad_rows_come_first_with_the_reason(clerk: Browser) -> None:
    page = send(clerk, MUG, "lamp,Lamp,Light,LAMP-1,many,1.00", "chair,,Seats,CHAIR-1,1,1.00")

    assert page.text.index("LAMP-1") < page.text.index("CHAIR-1") < page.text.index("MUG-1")
    assert "must be a whole number, not below zero" in page.text
    assert "1 created, 2 failed" in page.text


def test_prices_are_in_the_chosen_currency(clerk: Browser) -> None:
    send(clerk, MUG, currency="USD")

    assert Product.objects.get().currency == "USD"


@pytest.mark.parametrize(
    ("header", "said"), [("Title,Vendor", "Columns are missing"), (f"{HEADER},Title", "Columns appear twice")]
)
def test_a_file_that_is_none_is_told_beside_the_field(clerk: Browser, header: str, said: str) -> None:
    page = send(clerk, MUG, header=header)

    assert page.status == 200
    assert said in page.text
    assert not ProductImport.objects.exists()
    assert not LogEntry.objects.exists()


def test_a_form_without_a_file_is_told(clerk: Browser) -> None:
    page = send(clerk, MUG, file="")

    assert "This field is required" in page.text
    assert not Product.objects.exists()


def test_a_large_file_is_followed_until_it_is_taken_in(clerk: Browser) -> None:
    waiting = send(clerk, *many(1100), "bad,,,BAD,1,1.00")
    job = ProductImport.objects.get()

    assert not Product.objects.exists()
    assert '<meta http-equiv="refresh"' in waiting.html
    assert "0 of 1,102" in waiting.text

    assert run_next_import(is_stopping=lambda: True)
    halfway = clerk.open(f"{IMPORTS}{job.pk}/change/")
    assert '<meta http-equiv="refresh"' in halfway.html
    assert "501 of 1,102" in halfway.text

    assert run_next_import(is_stopping=lambda: False)
    done = clerk.open(f"{IMPORTS}{job.pk}/change/")
    assert 'http-equiv="refresh"' not in done.html
    assert "600 created, 500 unchanged, 1 failed" in done.text
    assert "1102 BAD bad failed" in done.text


def test_takes_larger_bodies_than_other_pages_do(clerk: Browser) -> None:
    page = send(clerk, MUG, "\n" * (2 * MAX_BODY_BYTES))

    assert page.status == 200
    assert len(ProductImport.objects.get().content) > 2 * MAX_BODY_BYTES


def test_what_a_row_says_is_shown_as_text(clerk: Browser) -> None:
    page = send(clerk, "lamp,Lamp,Light,<script>alert(1)</script>,many,1.00")

    assert "<script>alert" not in page.html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.html


@pytest.mark.parametrize("sku", ["BAD-\udcff", "BAD-\0"])
def test_a_row_that_is_no_text_is_told_like_any_other(clerk: Browser, sku: str) -> None:
    page = send(clerk, MUG, f"lamp,Lamp,Light,{sku},1,1.00")

    assert "1 created, 1 failed" in page.text
    assert "Variant SKU:" in page.text


def test_lists_who_sent_what_and_lets_nobody_change_it(clerk: Browser) -> None:
    send(clerk, MUG)
    job = ProductImport.objects.get()

    page = clerk.open(IMPORTS)

    assert "grace" in page.text
    assert "1 created" in page.text
    assert clerk.open(f"{IMPORTS}add/").status == 403
    assert clerk.open(f"{IMPORTS}{job.pk}/delete/").status == 403


def test_exports_what_can_be_imported_again(clerk: Browser) -> None:
    make_product(sku="LAMP-1", name="Desk lamp", is_active=False)

    response: Any = clerk.client.get(EXPORT)
    content = b"".join(response.streaming_content).decode()

    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert 'filename="products.csv"' in response.headers["Content-Disposition"]
    header, *rows = content.splitlines()
    assert "LAMP-1" in rows[0]
    assert "1 unchanged" in send(clerk, *rows, header=header).text


def test_needs_a_token_of_the_form(clerk: Browser) -> None:
    file = SimpleUploadedFile("products.csv", f"{HEADER}\n{MUG}".encode(), "text/csv")

    assert clerk.client.post(IMPORT, {"currency": "EUR", "file": file}).status_code == 403
    assert not Product.objects.exists()


@pytest.mark.parametrize("path", [IMPORT, EXPORT, IMPORTS])
def test_is_for_staff(visitor: Browser, path: str) -> None:
    assert visitor.open(path).response.headers["Location"].startswith("/admin/login/")
    visitor.sign_in("ada")

    assert visitor.open(path).status == 302
    assert Page(visitor.client.get(path, follow=True)).status == 403
