"""Files of products in the back office: sent by a form, followed while they are taken in, told of row by row."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from product.catalogue.models import Product, ProductImport
from product.catalogue.services.import_jobs import run_next_import
from servicekit.http import MAX_BODY_BYTES
from tests.product.storefront.browser import Browser, Page
from tests.product.storefront.fake_services import user_id_of

IMPORT = "/backoffice/import"
HEADER = "Handle,Title,Type,Variant SKU,Variant Inventory Qty,Variant Price"
MUG = "mug,Green mug,Kitchen,MUG-1,12,18.50"


def send(clerk: Browser, *lines: str, header: str = HEADER) -> Page:
    """The page that follows."""
    return send_file(clerk, csv_file(header, *lines))


def csv_file(*lines: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("products.csv", "\n".join(lines).encode("utf-8", "surrogateescape"), "text/csv")


def send_file(clerk: Browser, file: SimpleUploadedFile) -> Page:
    values = clerk.open(IMPORT).form(IMPORT).fields | {"currency": "EUR", "file": file}
    return Page(clerk.client.post(IMPORT, values, follow=True))


def many(rows: int) -> list[str]:
    return [f"p-{n},Product {n},Kitchen,SKU-{n},{n + 1},1.00" for n in range(rows)]


def test_a_small_file_is_taken_in_at_once_and_its_page_is_at_rest(clerk: Browser) -> None:
    page = send(clerk, MUG)

    job = ProductImport.objects.get()
    assert page.response.redirect_chain == [(f"{IMPORT}/{job.pk}", 302)]
    assert Product.objects.get().name == "Green mug"
    assert "Created 1" in page.text
    assert "every 1s" not in page.html
    assert job.actor_id == user_id_of("grace")


def test_bad_rows_come_first_with_line_and_reason(clerk: Browser) -> None:
    page = send(clerk, MUG, "lamp,Lamp,Light,LAMP-1,many,1.00", "chair,,Seats,CHAIR-1,1,1.00")

    assert page.text.index("LAMP-1") < page.text.index("CHAIR-1") < page.text.index("MUG-1")
    assert "3 LAMP-1 Failed" in page.text
    assert "must be a whole number, not below zero" in page.text


@pytest.mark.parametrize("sku", ["BAD-\udcff", "BAD-\0", "<script>alert(1)</script>"])
def test_whatever_a_row_says_is_told_as_text(clerk: Browser, sku: str) -> None:
    page = send(clerk, MUG, f"lamp,Lamp,Light,{sku},many,1.00")

    assert "Created 1 Failed 1" in page.text
    assert "<script>alert" not in page.html


def test_bad_rows_are_told_in_the_readers_language(clerk: Browser) -> None:
    address = send(clerk, MUG, "lamp,Lamp,Light,LAMP-1,many,free").response.redirect_chain[-1][0]

    page = clerk.open(address, headers={"Accept-Language": "ru"})

    assert "Variant Inventory Qty: должно быть целое число, не меньше нуля" in page.text
    assert "знаков после точки не больше, чем бывает у EUR" in page.text  # noqa: RUF001


def test_a_file_that_is_none_is_refused_in_the_readers_language(clerk: Browser) -> None:
    values = clerk.open(IMPORT).form(IMPORT).fields | {"currency": "EUR", "file": csv_file("Title,Vendor")}

    page = Page(clerk.client.post(IMPORT, values, headers={"Accept-Language": "ru"}))

    assert "Не хватает столбцов: Handle, Variant Price." in page.text  # noqa: RUF001


def test_prices_are_in_the_chosen_currency(clerk: Browser) -> None:
    values = clerk.open(IMPORT).form(IMPORT).fields | {"currency": "USD", "file": csv_file(HEADER, MUG)}

    clerk.client.post(IMPORT, values)

    assert Product.objects.get().currency == "USD"


def test_the_admins_list_of_products_leads_here(clerk: Browser) -> None:
    links = clerk.open("/admin/catalogue/product/").links

    assert IMPORT in links
    assert "/backoffice/products/export" in links


def test_a_large_file_is_followed_until_it_is_taken_in(clerk: Browser) -> None:
    page = send(clerk, *many(1200), "bad,Bad,Kitchen,BAD-1,many,1.00")
    address = page.response.redirect_chain[-1][0]

    assert "Waits for its turn" in page.text
    assert "line 0 of 1,202" in page.text
    assert "every 1s" in page.html
    assert '<noscript><meta http-equiv="refresh"' in page.html

    run_next_import(is_stopping=lambda: True)
    assert 'value="501"' in clerk.open(address).html
    run_next_import(is_stopping=lambda: False)

    done = clerk.open(address)
    assert "Done" in done.text
    assert "Created 700 As it was 500" in done.text  # it began again
    assert "1,202 BAD-1 Failed" in done.text
    assert "every 1s" not in done.html


def test_a_file_that_is_none_is_told_beside_the_field(clerk: Browser) -> None:
    page = send(clerk, MUG, header="Title,Vendor")

    assert page.status == 422
    assert "Columns are missing" in page.text
    assert not ProductImport.objects.exists()


def test_a_form_without_a_file_says_so(clerk: Browser) -> None:
    assert clerk.submit(clerk.open(IMPORT).form(IMPORT), currency="EUR").status == 422


def test_a_file_may_be_larger_than_other_requests(clerk: Browser) -> None:
    page = send(clerk, *many(30), "x" * MAX_BODY_BYTES)

    assert page.status == 200
    assert ProductImport.objects.get().state == "waiting"


def test_the_latest_files_are_listed_with_their_senders(clerk: Browser) -> None:
    send(clerk, MUG)

    page = clerk.open(IMPORT)

    assert "grace Done 2" in page.text
    assert f"{IMPORT}/{ProductImport.objects.get().pk}" in page.links


def test_what_is_downloaded_can_be_imported_and_changes_nothing(clerk: Browser) -> None:
    send(clerk, MUG)

    answer: Any = clerk.client.get("/backoffice/products/export")
    content = b"".join(answer.streaming_content)
    file = SimpleUploadedFile("products.csv", content, "text/csv")
    page = Page(
        clerk.client.post(
            IMPORT, clerk.open(IMPORT).form(IMPORT).fields | {"currency": "EUR", "file": file}, follow=True
        )
    )

    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "As it was 1" in page.text
