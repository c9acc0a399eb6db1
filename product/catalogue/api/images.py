"""JSON endpoints of a product's pictures, for staff. The pictures themselves are served by `media.py`, to anyone."""

from typing import IO, cast
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from product.authentication import StaffOnly
from product.catalogue import queries, services
from product.catalogue.pictures import convert_upload
from product.catalogue.serializers.images import ImageChangeInput, ImageUploadInput, ProductImageOutput
from product.openapi import PROBLEM
from product.serializers import parse_body, shown
from servicekit.pictures import PictureTooLarge

_MAX_BYTES = 8_388_608


class ProductImageListView(APIView):
    permission_classes = [StaffOnly]
    parser_classes = [MultiPartParser]
    max_body_bytes = _MAX_BYTES + 65_536

    @extend_schema(
        operation_id="add_product_image",
        request={"multipart/form-data": ImageUploadInput},
        responses={201: ProductImageOutput, 409: PROBLEM},
    )
    def post(self, request: Request, id_or_slug: str) -> Response:
        """Upload a PNG, JPEG or WebP file of at most 8 MiB. It becomes WebP in several sizes, without metadata."""
        product = queries.get_product(id_or_slug, include_hidden=True)
        values = parse_body(ImageUploadInput, request.data)
        upload = values.pop("file")
        if upload.size > _MAX_BYTES:
            raise PictureTooLarge(f"At most {_MAX_BYTES} bytes are taken")
        picture, smaller = convert_upload(cast("IO[bytes]", upload), upload.content_type)
        image = services.add_image(product_id=product.pk, picture=picture, smaller=smaller, **values)
        return Response(shown(ProductImageOutput, image), status=201, headers={"Location": image.file.url})


class ProductImageView(APIView):
    permission_classes = [StaffOnly]

    @extend_schema(operation_id="change_product_image", request=ImageChangeInput, responses=ProductImageOutput)
    def patch(self, request: Request, id_or_slug: str, image_id: UUID) -> Response:
        """Change the text for those who do not see it, or its place: the first picture stands for the product."""
        product = queries.get_product(id_or_slug, include_hidden=True)
        changes = parse_body(ImageChangeInput, request.data, partial=True)
        image = services.change_image(product_id=product.pk, image_id=image_id, changes=changes)
        return Response(shown(ProductImageOutput, image))

    @extend_schema(operation_id="delete_product_image", responses={204: None})
    def delete(self, request: Request, id_or_slug: str, image_id: UUID) -> Response:  # noqa: ARG002
        """Remove the picture."""
        product = queries.get_product(id_or_slug, include_hidden=True)
        services.delete_image(product_id=product.pk, image_id=image_id)
        return Response(status=204)
