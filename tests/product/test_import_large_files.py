"""A CSV file that is too large for one request is taken in afterwards, by the clock."""

import threading

import pytest

from product.catalogue.models import Product, ProductImport, StockMovement
from product.catalogue.services.import_jobs import run_next_import
from tests.product.api import Api
from tests.product.csv_files import HEADER, send


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
