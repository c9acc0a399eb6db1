"""Pages travel compressed; what is not a page does not."""

import gzip

from tests.product.factories import make_product
from tests.product.storefront.browser import Browser

_ACCEPTS = {"Accept-Encoding": "gzip"}


def test_the_first_page_is_small_on_its_way(visitor: Browser) -> None:
    for _ in range(12):
        make_product(description="A thing that is good to have. " * 20)
    plain = visitor.client.get("/").content

    response = visitor.client.get("/", headers=_ACCEPTS)

    assert response.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in response.headers["Vary"]
    assert len(response.content) == int(response.headers["Content-Length"])
    assert len(response.content) < min(len(plain) / 2, 15_000)
    assert gzip.decompress(response.content).startswith(plain[:200])


def test_the_api_answers_as_before(visitor: Browser) -> None:
    make_product(description="A thing that is good to have. " * 20)

    response = visitor.client.get("/api/v1/products", headers=_ACCEPTS)

    assert len(response.content) > 200
    assert "Content-Encoding" not in response.headers
