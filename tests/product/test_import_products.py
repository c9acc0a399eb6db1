"""Staff takes in products from a CSV file with Shopify's columns."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from product.catalogue.models import Category, Product, StockMovement
from servicekit.principal import Principal
from tests.problems import assert_invalid, assert_problem
from tests.product.api import Api
from tests.product.csv_files import HEADER, MUG, report_of, results, send
from tests.product.factories import make_category, make_order, make_product
from tests.product.records import heaps


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


def test_makes_no_second_category_of_a_name(staff_api: Api) -> None:
    make_category(name="Kitchen", slug="kitchen-and-table")

    send(staff_api, MUG)

    assert Product.objects.get().category.slug == "kitchen-and-table"
    assert Category.objects.count() == 1
