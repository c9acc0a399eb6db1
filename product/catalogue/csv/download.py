"""The catalogue's file on its way to a browser."""

from django.http import HttpRequest, StreamingHttpResponse

from product.catalogue.csv.writing import write_products


def products_download(request: HttpRequest) -> StreamingHttpResponse:
    """All products, sent while they are read. The pictures' addresses begin as that of the request."""
    origin = request.build_absolute_uri("/").rstrip("/")
    headers = {"Content-Disposition": 'attachment; filename="products.csv"', "Cache-Control": "no-store"}
    parts = write_products(media_origin=origin)
    return StreamingHttpResponse(parts, content_type="text/csv; charset=utf-8", headers=headers)
