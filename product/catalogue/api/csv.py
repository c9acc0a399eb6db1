"""Products as CSV, for staff: a file in, the whole catalogue out."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict
from typing import IO, Any, cast
from uuid import UUID

from django.conf import settings
from django.http import StreamingHttpResponse
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from product.authentication import StaffOnly, principal_of
from product.catalogue import queries
from product.catalogue.csv.download import products_download
from product.catalogue.serializers.csv import ImportFileInput, ImportJobOutput, ImportQuery, ImportReportOutput
from product.catalogue.services.import_jobs import import_at_once, is_large, queue_import
from product.parsers import FileParser
from product.serializers import parse_query, shown
from servicekit.problems import FieldError, ValidationFailed


class ProductImportView(APIView):
    permission_classes = [StaffOnly]
    parser_classes = [FileParser, MultiPartParser]
    max_body_bytes = 33_554_432

    @extend_schema(
        operation_id="import_products",
        parameters=[ImportQuery],
        request={"text/csv": OpenApiTypes.STR, "multipart/form-data": ImportFileInput},
        responses={200: ImportReportOutput, 202: ImportJobOutput},
    )
    def post(self, request: Request) -> Response:
        """Create and change products by a CSV file with the columns that Shopify exports, one row per variant.

        Rows that cannot be used are reported with their line and the reasons, and skipped; each of the others is taken
        in wholly. A product is recognised by its SKU. A file of up to 1,000 lines is answered with its report. A larger
        one, of up to 32 MiB, is taken in afterwards: 202, and `Location` tells how far it is.
        """
        query = parse_query(ImportQuery, request.query_params.dict())
        values: dict[str, Any] = {
            "actor_id": principal_of(request).user_id,
            "currency": query.get("currency") or settings.ENVIRONMENT.currency,
        }
        with closing(_file(request)) as file:
            content = file.read()
            values["charset"] = _charset(request)
        if is_large(content):
            job = queue_import(content=content, **values)
            headers = {"Location": reverse("product-import", args=[job.pk])}
            return Response(shown(ImportJobOutput, job), status=202, headers=headers)
        return Response(shown(ImportReportOutput, asdict(import_at_once(content=content, **values))))


class ProductImportJobView(APIView):
    permission_classes = [StaffOnly]

    @extend_schema(operation_id="get_product_import", responses=ImportJobOutput)
    def get(self, request: Request, import_id: UUID) -> Response:  # noqa: ARG002
        """How far a large file has been taken in. The report names at most 1,000 of the rows that failed."""
        return Response(shown(ImportJobOutput, queries.get_import(import_id)))


class ProductExportView(APIView):
    permission_classes = [StaffOnly]

    @extend_schema(operation_id="export_products", responses={(200, "text/csv"): OpenApiTypes.STR})
    def get(self, request: Request) -> StreamingHttpResponse:
        """All products as CSV, hidden ones too, in the form in which they can be imported."""
        return products_download(request)


def _file(request: Request) -> IO[bytes]:
    data = cast("Mapping[str, Any]", request.data)
    file = data.get("file")
    if not hasattr(file, "read"):
        raise ValidationFailed([FieldError(pointer="/file", message="This field is required, and is a file.")])
    if unknown := set(data) - {"file"}:
        errors = [FieldError(pointer=f"/{name}", message="This field is not known.") for name in sorted(unknown)]
        raise ValidationFailed(errors)
    return cast("IO[bytes]", file)


def _charset(request: Request) -> str | None:
    """What the body says of itself; of the file in a form, Django tells."""
    return (request._request.content_params or {}).get("charset")
