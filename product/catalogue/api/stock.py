"""JSON endpoints of the stock of a product, for staff."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from product.authentication import StaffOnly, principal_of
from product.catalogue import queries, services
from product.catalogue.serializers.stock import StockMovementInput, StockMovementOutput
from product.openapi import IDEMPOTENCY_KEY, PROBLEM, page_of
from product.orders.idempotency import Answer, KeyedRequest, answer_once
from product.pages import PageQuery, page_body
from product.serializers import parse_body, parse_query, shown
from servicekit import idempotency


class StockMovementListView(APIView):
    permission_classes = [StaffOnly]

    @extend_schema(operation_id="list_stock_movements", parameters=[PageQuery], responses=page_of(StockMovementOutput))
    def get(self, request: Request, id_or_slug: str) -> Response:
        """What came in and left other than by an order, the latest first."""
        query = parse_query(PageQuery, request.query_params.dict())
        product = queries.get_product(id_or_slug, include_hidden=True)
        page = queries.list_stock_movements(product, cursor=query.get("cursor"), limit=query["limit"])
        return Response(page_body(request, page, StockMovementOutput))

    @extend_schema(
        operation_id="move_stock",
        request=StockMovementInput,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: StockMovementOutput, 409: PROBLEM},
    )
    def post(self, request: Request, id_or_slug: str) -> Response:
        """Add pieces, or with a negative number take some away: right whatever is sold at the same moment."""
        product = queries.get_product(id_or_slug, include_hidden=True)
        actor_id = principal_of(request).user_id

        def move() -> Answer:
            values = parse_body(StockMovementInput, request.data)
            movement = services.move_stock(product_id=product.pk, actor_id=actor_id, **values)
            return Answer(201, shown(StockMovementOutput, movement))

        answer = answer_once(_keyed(request, actor_id), move)
        headers = {idempotency.REPLAYED_HEADER: "true"} if answer.is_replay else None
        return Response(answer.body, status=answer.status, headers=headers)


def _keyed(request: Request, actor_id: UUID) -> KeyedRequest | None:
    key = idempotency.read_key(request.headers.get(idempotency.HEADER))
    if key is None:
        return None
    fingerprint = idempotency.fingerprint(request.method or "", request.path, request._request.body)
    return KeyedRequest(actor_id, "POST /api/v1/products/{id_or_slug}/stock-movements", key, fingerprint)
