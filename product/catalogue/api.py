"""JSON endpoints of the catalogue: anyone reads, staff writes."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from product.authentication import StaffOrReadOnly, caller_is_staff, principal_of
from product.catalogue import queries, services
from product.catalogue.errors import CategoryNotFound
from product.catalogue.queries import ProductFilter
from product.catalogue.serializers import (
    CategoryInput,
    CategoryOutput,
    CategoryTreeOutput,
    ProductInput,
    ProductOutput,
    ProductQuery,
)
from product.openapi import PROBLEM, page_of
from product.pagination import page_body, whole_body
from product.serializers import parse_body, parse_query
from servicekit.money import InvalidAmount, parse_amount
from servicekit.problems import FieldError, Forbidden, ValidationFailed


class ProductListView(APIView):
    permission_classes = [StaffOrReadOnly]

    @extend_schema(operation_id="list_products", parameters=[ProductQuery], responses=page_of(ProductOutput))
    def get(self, request: Request) -> Response:
        """Products, filtered and ordered. A search forgives typing errors."""
        query = parse_query(ProductQuery(data=request.query_params.dict()))
        if not query.get("is_active", True) and not caller_is_staff(request):
            raise Forbidden
        try:
            page = queries.list_products(_filter(query), cursor=query.get("cursor"), limit=query["limit"])
        except CategoryNotFound:
            raise ValidationFailed([FieldError(pointer="category", message="There is no such category.")]) from None
        return Response(page_body(request, page, ProductOutput))

    @extend_schema(operation_id="create_product", request=ProductInput, responses={201: ProductOutput, 409: PROBLEM})
    def post(self, request: Request) -> Response:
        """Put a product into the catalogue."""
        values = parse_body(ProductInput(data=request.data))
        product = services.create_product(new=services.NewProduct(**values), actor_id=principal_of(request).user_id)
        body = ProductOutput(queries.get_product(product.pk, include_hidden=True)).data
        return Response(body, status=201, headers={"Location": reverse("product", args=[product.pk])})


class ProductView(APIView):
    permission_classes = [StaffOrReadOnly]

    @extend_schema(operation_id="get_product", responses=ProductOutput)
    def get(self, request: Request, id_or_slug: str) -> Response:
        """One product, by its id or its slug. A hidden one is shown to staff only."""
        product = queries.get_product(id_or_slug, include_hidden=caller_is_staff(request))
        return Response(ProductOutput(product).data)

    @extend_schema(operation_id="change_product", request=ProductInput, responses={200: ProductOutput, 409: PROBLEM})
    def patch(self, request: Request, id_or_slug: str) -> Response:
        """Change what is given, and nothing else."""
        product = queries.get_product(id_or_slug, include_hidden=True)
        changes = parse_body(ProductInput(product, data=request.data, partial=True))
        services.change_product(product_id=product.pk, actor_id=principal_of(request).user_id, changes=changes)
        return Response(ProductOutput(queries.get_product(product.pk, include_hidden=True)).data)

    @extend_schema(operation_id="delete_product", responses={204: None})
    def delete(self, request: Request, id_or_slug: str) -> Response:  # noqa: ARG002
        """Erase a product. One that was ordered is retired: gone from the shop, kept for its orders."""
        services.delete_product(product_id=queries.get_product(id_or_slug, include_hidden=True).pk)
        return Response(status=204)


class CategoryListView(APIView):
    permission_classes = [StaffOrReadOnly]

    @extend_schema(operation_id="list_categories", responses=page_of(CategoryTreeOutput))
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """The whole tree, siblings in their order."""
        return Response(whole_body(queries.category_tree(), CategoryTreeOutput))

    @extend_schema(operation_id="create_category", request=CategoryInput, responses={201: CategoryOutput, 409: PROBLEM})
    def post(self, request: Request) -> Response:
        """Add a category, at the top or below another."""
        category = services.create_category(**parse_body(CategoryInput(data=request.data)))
        headers = {"Location": reverse("category", args=[category.pk])}
        return Response(CategoryOutput(category).data, status=201, headers=headers)


class CategoryView(APIView):
    permission_classes = [StaffOrReadOnly]

    @extend_schema(operation_id="get_category", responses=CategoryOutput)
    def get(self, request: Request, id_or_slug: str) -> Response:  # noqa: ARG002
        """One category, by its id or its slug."""
        return Response(CategoryOutput(queries.get_category(id_or_slug)).data)

    @extend_schema(operation_id="change_category", request=CategoryInput, responses={200: CategoryOutput, 409: PROBLEM})
    def patch(self, request: Request, id_or_slug: str) -> Response:
        """Change what is given, and nothing else."""
        category_id: UUID = queries.get_category(id_or_slug).pk
        services.change_category(
            category_id=category_id, changes=parse_body(CategoryInput(data=request.data, partial=True))
        )
        return Response(CategoryOutput(queries.get_category(category_id)).data)

    @extend_schema(operation_id="delete_category", responses={204: None, 409: PROBLEM})
    def delete(self, request: Request, id_or_slug: str) -> Response:  # noqa: ARG002
        """Delete a category. Refused while products or subcategories lie in it."""
        services.delete_category(category_id=queries.get_category(id_or_slug).pk)
        return Response(status=204)


def _filter(query: dict[str, Any]) -> ProductFilter:
    has_bounds = "min_price" in query or "max_price" in query
    currency = query.get("currency") or (settings.ENVIRONMENT.currency if has_bounds else None)
    return ProductFilter(
        search=query.get("search"),
        category_slug=query.get("category"),
        currency=currency,
        min_price_minor=_bound(query, "min_price", currency),
        max_price_minor=_bound(query, "max_price", currency),
        in_stock=query.get("in_stock"),
        is_active=query.get("is_active", True),
        ordering=query.get("ordering"),
    )


def _bound(query: dict[str, Any], name: str, currency: str | None) -> int | None:
    if name not in query or currency is None:
        return None
    try:
        return parse_amount(query[name], currency)
    except InvalidAmount as error:
        raise ValidationFailed([FieldError(pointer=name, message=str(error))]) from None
