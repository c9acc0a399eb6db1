"""Staff takes in products from a CSV file with Shopify's columns."""

import csv
import threading
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from product.catalogue.csv.columns import armed, disarmed
from product.catalogue.csv.html import html_from_text, text_from_html
from product.catalogue.models import Category, Product, ProductImport, StockMovement
from product.catalogue.services.import_jobs import run_next_import
from servicekit.tokens import Principal
from tests.problems import assert_invalid, assert_problem
from tests.product.api import Api
from tests.product.factories import make_category, make_order, make_product
from tests.product.records import heaps

HEADER = (
    "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,"
    "Variant SKU,Variant Inventory Qty,Variant Price,Image Src"
)
MUG = (
    "mug,Green mug,<p>Thrown <b>by hand</b></p>,Pottery Lane,Kitchen,"
    '"gift, clay",TRUE,Title,Default Title,MUG-1,12,18.50,'
)


def send(api: Api, *lines: str, header: str = HEADER, charset: str = "utf-8", content_type: str = "text/csv") -> Any:
    body = "\r\n".join([header, *lines]).encode(charset, "surrogateescape")
    return api.post("/api/v1/products/import", body, content_type=content_type)


def report_of(response: Any) -> dict[str, Any]:
    assert response.status_code == 200, response.text
    report: dict[str, Any] = response.json()
    return report


def results(report: dict[str, Any]) -> list[tuple[int, str]]:
    return [(row["line"], row["result"]) for row in report["rows"]]


def test_creates_a_product_with_all_that_stands_in_its_row(staff_api: Api, staff: Principal) -> None:
    report = report_of(send(staff_api, MUG))

    assert report["counts"] == {"created": 1, "updated": 0, "unchanged": 0, "ignored": 0, "failed": 0}
    assert report["rows"] == [
        {"line": 2, "handle": "mug", "sku": "MUG-1", "result": "created", "errors": [], "notes": []}
    ]
    body = staff_api.get("/api/v1/products/mug").json()
    assert (body["name"], body["description"], body["vendor"]) == ("Green mug", "Thrown by hand", "Pottery Lane")
    assert (body["tags"], body["price"], body["currency"], body["stock"]) == (["gift", "clay"], "18.50", "EUR", 12)
    assert (body["category"]["name"], body["category"]["slug"], body["is_active"]) == ("Kitchen", "kitchen", True)
    movement = StockMovement.objects.get()
    assert (movement.quantity, movement.reason, movement.actor_id) == (12, "initial", staff.user_id)


def test_changes_nothing_the_second_time(staff_api: Api) -> None:
    send(staff_api, MUG)
    before = Product.objects.values().get()

    report = report_of(send(staff_api, MUG))

    assert report["counts"]["unchanged"] == 1
    assert Product.objects.values().get() == before
    assert StockMovement.objects.count() == 1


def test_changes_what_is_different_and_counts_the_stock(staff_api: Api) -> None:
    product = make_product(sku="MUG-1", slug="old-address", on_hand=10, description="Kept")
    make_order(product=product, quantity=3)

    report = report_of(
        send(
            staff_api,
            "mug,New name,9.99,MUG-1,4",
            header="Handle,Title,Variant Price,Variant SKU,Variant Inventory Qty",
        )
    )

    assert report["counts"]["updated"] == 1
    body = staff_api.get("/api/v1/products/old-address").json()
    assert (body["name"], body["description"], body["price"], body["version"]) == ("New name", "Kept", "9.99", 2)
    assert heaps(product) == (4, 3, 0)
    assert StockMovement.objects.get(quantity=-3).reason == "corrected"


def test_makes_each_variant_a_product_and_joins_them_by_their_handle(staff_api: Api) -> None:
    report = report_of(
        send(
            staff_api,
            "shirt,Shirt,,,Clothes,,TRUE,Size,S,SHIRT-S,1,20.00,",
            "shirt,,,,,,,,M,SHIRT-M,2,21.00,",
            "shirt,,,,,,,,,,,,https://pictures.example/back.jpg",
        )
    )

    assert results(report) == [(2, "created"), (3, "created"), (4, "ignored")]
    assert "not fetched" in report["rows"][2]["notes"][0]
    variants = staff_api.get("/api/v1/products?handle=shirt&ordering=price").json()["results"]
    assert [(v["slug"], v["name"], v["price"], v["options"]) for v in variants] == [
        ("shirt", "Shirt", "20.00", [{"name": "Size", "value": "S"}]),
        ("shirt-m", "Shirt", "21.00", [{"name": "Size", "value": "M"}]),
    ]


def test_names_bad_rows_and_takes_in_the_others(staff_api: Api) -> None:
    make_product(sku="OTHER", slug="taken")

    report = report_of(
        send(
            staff_api,
            MUG,
            "a,,,,,,,,,A,1,1.00,",
            "b,B,,,,,,,,B,1,free,",
            "c,C,,,,,,,,C,-1,1.00,",
            "d,D,,,,,perhaps,,,D,1,1.00,",
            "e,E,,,,,,,,MUG-1,1,1.00,",
            "taken,F,,,,,,,,F,1,1.00,",
            "g," + "G" * 201 + ",,,,,,,,G,1,1.00,",
            "h,nul\x00,,,,,,,,H,1,1.00,",
            "i,I,,,,,,,,I,1,1.00,,too,many",
            "!!!,J,,,,,,,,J,1,1.00,",
            "mug,K,,,,,,,,K,1,1.00,",
            "last,Last,,,,,,,,LAST,1,1.00,",
        )
    )

    failed = {row["line"]: row["errors"][0].partition(":")[0] for row in report["rows"] if row["result"] == "failed"}
    assert failed == {
        3: "Title", 4: "Variant Price", 5: "Variant Inventory Qty", 6: "Published", 7: "Variant SKU", 8: "Handle",
        9: "Title", 10: "Title", 11: "There are more cells than columns", 12: "Handle", 13: "Handle",
    }  # fmt: skip
    assert set(Product.objects.values_list("sku", flat=True)) == {"OTHER", "MUG-1", "LAST"}
    assert report["counts"]["created"] == 2


def test_finds_the_line_behind_cells_of_several_lines(staff_api: Api) -> None:
    report = report_of(send(staff_api, 'a,A,"one\ntwo\n\nthree",,,,,,,A,1,1.00,', "b,B,,,,,,,,B,1,free,"))

    assert results(report) == [(2, "created"), (6, "failed")]


@pytest.mark.parametrize(
    ("charset", "content_type"),
    [("utf-8", "text/csv"), ("utf-8-sig", "text/csv"), ("utf-16", "text/csv"), ("cp1252", "text/csv; charset=cp1252")],
)
def test_reads_other_encodings(staff_api: Api, charset: str, content_type: str) -> None:
    send(staff_api, "cafe,Café,,,,,,,,CAFE,1,1.00,", charset=charset, content_type=content_type)

    assert Product.objects.get().name == "Café"


def test_refuses_a_row_that_is_no_text(staff_api: Api) -> None:
    report = report_of(send(staff_api, "cafe,Caf\udce9,,,,,,,,CAFE,1,1.00,", MUG))

    assert results(report) == [(2, "failed"), (3, "created")]


def test_reads_other_separators(staff_api: Api) -> None:
    send(staff_api, "mug;Mug, green;1.00", header="Handle;Title;Variant Price")

    product = Product.objects.get()
    assert (product.name, product.sku, product.category.name) == ("Mug, green", "mug", "Other")


def test_takes_the_currency_of_the_row_or_of_the_request(staff_api: Api) -> None:
    body = "Handle,Title,Variant Price,Variant Currency\na,A,150,JPY\nb,B,1.50,\n"

    staff_api.post("/api/v1/products/import?currency=USD", body, content_type="text/csv")

    assert set(Product.objects.values_list("price_minor", "currency")) == {(150, "JPY"), (150, "USD")}


def test_takes_a_form_as_well(staff_api: Api) -> None:
    file = SimpleUploadedFile("products.csv", f"{HEADER}\n{MUG}\n".encode(), content_type="text/csv")

    response = staff_api.post("/api/v1/products/import", {"file": file}, format="multipart")

    assert report_of(response)["counts"]["created"] == 1


def test_takes_no_tag_for_text(staff_api: Api) -> None:
    send(staff_api, 'a,A,"<script>alert(1)</script><p onclick=x>1 &lt; 2</p><ul><li>x</li></ul>",,,,,,,A,1,1.00,')

    assert Product.objects.get().description == "1 < 2\nx"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"\n", "Columns are missing"),
        (b"Handle,Title\na,A\n", "Variant Price"),
        (b"Handle,Handle,Title,Variant Price\n", "twice"),
        (b'Handle,Title,Variant Price\na,"' + b"x" * 300_000, "quotation mark"),
    ],
)
def test_refuses_a_file_that_is_none(staff_api: Api, body: bytes, said: str) -> None:
    problem = assert_problem(staff_api.post("/api/v1/products/import", body, content_type="text/csv"), 422)

    assert problem["code"] == "unusable_csv"
    assert said in problem["detail"]


def test_refuses_other_bodies(staff_api: Api) -> None:
    path = "/api/v1/products/import"

    assert_problem(staff_api.post(path, {"file": "x"}, format="json"), 415)
    assert_invalid(staff_api.post(path, b"", content_type="text/csv"), "/file")
    assert_invalid(staff_api.post(path, {}, format="multipart"), "/file")
    assert_invalid(staff_api.post(path + "?currency=XXX", b"", content_type="text/csv"), "currency")
    assert_problem(staff_api.post(path, b"x" * 33_554_433, content_type="text/csv"), 413)


def test_is_for_staff(api: Api, customer_api: Api) -> None:
    for method, path in (("post", "import"), ("get", "export"), ("get", f"imports/{make_category().pk}")):
        assert_problem(getattr(api, method)(f"/api/v1/products/{path}"), 401)
        assert_problem(getattr(customer_api, method)(f"/api/v1/products/{path}"), 403)


def many(rows: int) -> list[str]:
    return [f"p-{n},Product {n},,,,,,,,SKU-{n},{n + 1},1.00," for n in range(rows)]


def test_a_large_file_is_taken_in_afterwards(staff_api: Api) -> None:
    response = send(staff_api, *many(1100), "bad,,,,,,,,,BAD,1,1.00,")

    assert response.status_code == 202
    job = response.headers["Location"]
    assert response.json()["state"] == staff_api.get(job).json()["state"] == "waiting"
    assert not Product.objects.exists()

    assert run_next_import(is_stopping=lambda: False)

    body = staff_api.get(job).json()
    assert (body["state"], body["line"]) == ("completed", body["lines"])
    assert (body["report"]["counts"]["created"], body["report"]["counts"]["failed"]) == (1100, 1)
    assert [row["line"] for row in body["report"]["rows"]] == [1102]
    assert bytes(ProductImport.objects.get().content) == b""
    assert not run_next_import(is_stopping=lambda: False)


@pytest.mark.parametrize("column", ["Variant SKU", "Vendor"])
@pytest.mark.parametrize("char", ["\udce9", "\0"])
def test_a_large_file_with_a_row_that_is_no_text_comes_to_its_end(staff_api: Api, column: str, char: str) -> None:
    bad = f"bad,Bad,,{char},,,,,,BAD,1,1.00," if column == "Vendor" else f"bad,Bad,,,,,,,,BAD-{char},1,1.00,"
    job = send(staff_api, *many(1100), bad, header=f"{HEADER},{char}").headers["Location"]

    assert run_next_import(is_stopping=lambda: False)

    body = staff_api.get(job).json()
    assert (body["state"], body["report"]["counts"]["failed"]) == ("completed", 1)
    assert body["report"]["rows"][0]["errors"][0].startswith(f"{column}: ")


def test_an_interrupted_import_is_begun_again(staff_api: Api) -> None:
    job = send(staff_api, *many(1100)).headers["Location"]
    stopping = threading.Event()
    stopping.set()

    run_next_import(is_stopping=stopping.is_set)
    assert (staff_api.get(job).json()["state"], Product.objects.count()) == ("waiting", 500)
    run_next_import(is_stopping=lambda: False)

    assert staff_api.get(job).json()["report"]["counts"] == {
        "created": 600, "updated": 0, "unchanged": 500, "ignored": 0, "failed": 0,
    }  # fmt: skip
    assert StockMovement.objects.count() == 1100


def test_an_import_that_cannot_be_read_to_its_end_says_where(staff_api: Api) -> None:
    job = send(staff_api, *many(1100), 'x,"' + "x" * 300_000).headers["Location"]

    run_next_import(is_stopping=lambda: False)

    body = staff_api.get(job).json()
    assert (body["state"], Product.objects.count()) == ("failed", 1000)
    assert "quotation mark" in body["detail"]


@pytest.mark.django_db
def test_the_command_does_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "products.csv"
    file.write_text(f"{HEADER}\n{MUG}\nbad,,,,,,,,,BAD,1,1.00,\n", encoding="utf-8")

    call_command("import_products", str(file))

    printed = capsys.readouterr()
    assert "1 created" in printed.out
    assert "line 3: Title: is missing" in printed.err
    with pytest.raises(CommandError):
        call_command("import_products", str(tmp_path / "absent.csv"))


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


def test_makes_no_second_category_of_a_name(staff_api: Api) -> None:
    make_category(name="Kitchen", slug="kitchen-and-table")

    send(staff_api, MUG)

    assert Product.objects.get().category.slug == "kitchen-and-table"
    assert Category.objects.count() == 1
