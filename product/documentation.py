"""`/docs` and `/openapi.json`: the API, described by itself, with every asset served from here."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from product.openapi import openapi_document

# Swagger UI puts styles and small pictures into the page by itself; its scripts are files.
_POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'"
)


class OpenApiView(APIView):
    permission_classes = [AllowAny]
    authentication_classes = ()

    @extend_schema(operation_id="openapi", responses={200: OpenApiTypes.OBJECT})
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """This document."""
        return Response(openapi_document())


class DocsView(SpectacularSwaggerSplitView):
    permission_classes = [AllowAny]
    authentication_classes = ()
    url_name = "openapi"

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        response: Response = super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call]
        response["Content-Security-Policy"] = _POLICY
        return response
