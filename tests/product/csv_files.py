"""CSV files with Shopify's columns, sent as staff does, and the reports about them."""

from typing import Any

from tests.product.api import Api

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
