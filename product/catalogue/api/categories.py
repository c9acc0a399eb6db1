"""JSON endpoints of categories: anyone reads, staff writes."""

from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from product.authentication import StaffOrReadOnly
from product.catalogue import queries, services
from product.catalogue.serializers.categories import CategoryInput, CategoryOutput, CategoryTreeOutput
from product.openapi import PROBLEM, page_of
from product.pages import whole_body
from product.serializers import parse_body, shown


class CategoryListView(APIView):
    permission_classes = [StaffOrReadOnly]

    @extend_schema(operation_id="list_categories", responses=page_of(CategoryTreeOutput))
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """The whole tree, siblings in their order."""
        return Response(whole_body(queries.category_tree(), CategoryTreeOutput))

    @extend_schema(operation_id="create_category", request=CategoryInput, responses={201: CategoryOutput, 409: PROBLEM})
    def post(self, request: Request) -> Response:
        """Add a category, at the top or below another."""
        category = services.create_category(**parse_body(CategoryInput, request.data))
        headers = {"Location": reverse("category", args=[category.pk])}
        return Response(shown(CategoryOutput, category), status=201, headers=headers)


class CategoryView(APIView):
    permission_classes = [StaffOrReadOnly]

    @extend_schema(operation_id="get_category", responses=CategoryOutput)
    def get(self, request: Request, id_or_slug: str) -> Response:  # noqa: ARG002
        """One category, by its id or its slug."""
        return Response(shown(CategoryOutput, queries.get_category(id_or_slug)))

    @extend_schema(operation_id="change_category", request=CategoryInput, responses={200: CategoryOutput, 409: PROBLEM})
    def patch(self, request: Request, id_or_slug: str) -> Response:
        """Change what is given, and nothing else."""
        category_id: UUID = queries.get_category(id_or_slug).pk
        services.change_category(category_id=category_id, changes=parse_body(CategoryInput, request.data, partial=True))
        return Response(shown(CategoryOutput, queries.get_category(category_id)))

    @extend_schema(operation_id="delete_category", responses={204: None, 409: PROBLEM})
    def delete(self, request: Request, id_or_slug: str) -> Response:  # noqa: ARG002
        """Delete a category. Refused while products or subcategories lie in it."""
        services.delete_category(category_id=queries.get_category(id_or_slug).pk)
        return Response(status=204)
