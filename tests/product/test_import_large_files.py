"""A CSV file that is too large for one request is taken in afterwards, by the clock."""

import threading

import pytest
from django.db import OperationalError, connection, connections, transaction

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


def test_an_import_that_fails_for_what_is_in_it_is_not_tried_for_ever(staff_api: Api) -> None:
    job = send(staff_api, *many(1100)).headers["Location"]
    stopping = threading.Event()
    stopping.set()
    run_next_import(is_stopping=stopping.is_set)
    Product.objects.filter(sku="SKU-7").update(version=2**31 - 1, price_minor=5)

    assert run_next_import(is_stopping=lambda: False)

    body = staff_api.get(job).json()
    assert (body["state"], body["detail"]) == ("failed", "The rows after this line met a fault of ours")
    assert not run_next_import(is_stopping=lambda: False)


@pytest.mark.django_db(databases=["default", "owner"])
def test_an_import_that_the_database_keeps_waiting_is_tried_again(staff_api: Api) -> None:
    send(staff_api, *many(1100))

    with transaction.atomic("owner"), connections["owner"].cursor() as owner:
        owner.execute("LOCK TABLE products IN EXCLUSIVE MODE")
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '50ms'")
        with pytest.raises(OperationalError), transaction.atomic():
            run_next_import(is_stopping=lambda: False)
        transaction.set_rollback(True, using="owner")

    assert run_next_import(is_stopping=lambda: False)
    assert ProductImport.objects.get().state == "completed"
