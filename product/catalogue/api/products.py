"""JSON endpoints of products: anyone reads, staff writes."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from product.authentication import StaffOrReadOnly, caller_is_staff, principal_of
from product.catalogue import queries, services
from product.catalogue.errors import CategoryNotFound
from product.catalogue.etags import etag_of, expected_states, is_known
from product.catalogue.models import Product
from product.catalogue.queries import ProductFilter
from product.catalogue.serializers.products import (
    ProductInput,
    ProductOutput,
    ProductQuery,
    ProductSuggestionOutput,
    RelatedQuery,
    SuggestQuery,
)
from product.openapi import NOT_MODIFIED, PROBLEM, page_of
from product.pages import page_body, whole_body
from product.serializers import parse_body, parse_query, shown
from servicekit.money import InvalidAmount, parse_amount
from servicekit.problems import FieldError, Forbidden, ValidationFailed

IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="The `ETag` of the product that is to be changed."
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match", str, OpenApiParameter.HEADER, description="The `ETag` of the copy that is there already."
)


class ProductListView(APIView):
    permission_classes = [StaffOrReadOnly]

    @extend_schema(operation_id="list_products", parameters=[ProductQuery], responses=page_of(ProductOutput))
    def get(self, request: Request) -> Response:
        """Products, filtered and ordered. A search forgives typing errors."""
        query = parse_query(ProductQuery, request.query_params.dict())
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
        values = parse_body(ProductInput, request.data)
        product = services.create_product(new=services.NewProduct(**values), actor_id=principal_of(request).user_id)
        body = shown(ProductOutput, queries.get_product(product.pk, include_hidden=True))
        return Response(body, status=201, headers={"Location": reverse("product", args=[product.pk])})


class ProductView(APIView):
    permission_classes = [StaffOrReadOnly]

    @extend_schema(
        operation_id="get_product", parameters=[IF_NONE_MATCH], responses={200: ProductOutput, 304: NOT_MODIFIED}
    )
    def get(self, request: Request, id_or_slug: str) -> Response:
        """One product, by its id or its slug. A hidden one is shown to staff only."""
        response = _shown(queries.get_product(id_or_slug, include_hidden=caller_is_staff(request)))
        if is_known(request.headers.get("If-None-Match"), response.headers["ETag"]):
            return Response(status=304, headers=dict(response.headers))
        return response

    @extend_schema(
        operation_id="change_product",
        request=ProductInput,
        parameters=[IF_MATCH],
        responses={200: ProductOutput, 409: PROBLEM, 412: PROBLEM},
    )
    def patch(self, request: Request, id_or_slug: str) -> Response:
        """Change what is given, and nothing else. With `If-Match` only if nobody else has changed it meanwhile.

        A sale is no such change, unless `stock` is among what is given.
        """
        product = queries.get_product(id_or_slug, include_hidden=True)
        services.change_product(
            product_id=product.pk,
            actor_id=principal_of(request).user_id,
            changes=parse_body(ProductInput, request.data, partial=True, changes=product),
            expected=expected_states(request.headers.get("If-Match")),
        )
        return _shown(queries.get_product(product.pk, include_hidden=True))

    @extend_schema(operation_id="delete_product", responses={204: None})
    def delete(self, request: Request, id_or_slug: str) -> Response:  # noqa: ARG002
        """Erase a product. One that was ordered is retired: gone from the shop, kept for its orders."""
        services.delete_product(product_id=queries.get_product(id_or_slug, include_hidden=True).pk)
        return Response(status=204)


class RelatedProductsView(APIView):
    permission_classes = [StaffOrReadOnly]

    @extend_schema(operation_id="list_related_products", parameters=[RelatedQuery], responses=page_of(ProductOutput))
    def get(self, request: Request, id_or_slug: str) -> Response:
        """What else its category holds, the most alike first, what is sold out last."""
        query = parse_query(RelatedQuery, request.query_params.dict())
        product = queries.get_product(id_or_slug, include_hidden=caller_is_staff(request))
        return Response(whole_body(queries.related_products(product, limit=query["limit"]), ProductOutput))


class ProductSuggestionsView(APIView):
    permission_classes = [StaffOrReadOnly]

    @extend_schema(
        operation_id="suggest_products", parameters=[SuggestQuery], responses=page_of(ProductSuggestionOutput)
    )
    def get(self, request: Request) -> Response:
        """Products for what has been typed so far of a search. Forgives typing errors."""
        query = parse_query(SuggestQuery, request.query_params.dict())
        found = queries.suggest_products(query["q"], limit=query["limit"])
        return Response(whole_body(found, ProductSuggestionOutput))


def _shown(product: Product) -> Response:
    body = shown(ProductOutput, product)
    # Hidden products exist for staff only; and whoever keeps a copy is to ask whether it is still true.
    headers = {"ETag": etag_of(product, body), "Cache-Control": "no-cache", "Vary": "Authorization"}
    return Response(body, headers=headers)


def _filter(query: dict[str, Any]) -> ProductFilter:
    has_bounds = "min_price" in query or "max_price" in query
    currency = query.get("currency") or (settings.ENVIRONMENT.currency if has_bounds else None)
    return ProductFilter(
        search=query.get("search"),
        handle=query.get("handle"),
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
