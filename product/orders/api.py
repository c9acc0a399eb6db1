"""JSON endpoints of orders: a customer's own; for staff, all."""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from product.authentication import StaffOnly, principal_of
from product.openapi import IDEMPOTENCY_KEY, PROBLEM, page_of
from product.orders import queries, services
from product.orders.buyers import require_confirmed_email
from product.orders.idempotency import Answer, KeyedRequest, answer_once
from product.orders.models import Order
from product.orders.queries import OrderFilter
from product.orders.serializers import (
    CustomersOrderEventOutput,
    OrderEventOutput,
    OrderInput,
    OrderListQuery,
    OrderOutput,
    OrderQuery,
    PayInput,
    ShipInput,
)
from product.orders.waiting import SETTLED, has_reached, order_watcher
from product.pages import page_body, whole_body
from product.serializers import parse_body, parse_query, shown
from servicekit import idempotency
from servicekit.patience import REQUEST_SECONDS, waiting_at_most
from servicekit.problems import FieldError, Forbidden, ValidationFailed

_View = TypeVar("_View", bound=Callable[..., Response])


class OrderListView(APIView):
    @extend_schema(operation_id="list_orders", parameters=[OrderListQuery], responses=page_of(OrderOutput))
    def get(self, request: Request) -> Response:
        """The caller's orders, the newest first; for staff everybody's."""
        principal = principal_of(request)
        query = parse_query(OrderListQuery, request.query_params.dict())
        if query.get("user_id", principal.user_id) != principal.user_id and not principal.is_staff:
            raise Forbidden
        place = {name: query.pop(name) for name in ("cursor", "limit") if name in query}
        page = queries.list_orders(principal, OrderFilter(**query), **place)
        return Response(page_body(request, page, OrderOutput))

    @extend_schema(
        operation_id="place_order",
        request=OrderInput,
        parameters=[IDEMPOTENCY_KEY],
        responses={202: OrderOutput, 403: PROBLEM, 409: PROBLEM},
    )
    def post(self, request: Request) -> Response:
        """Reserve the stock and have the payment taken. Watch the order for its outcome.

        With `{}` the cart is ordered, for the prices that it showed last, and is empty afterwards.

        `409` with the code `out_of_stock` or `products_unavailable` (naming the products), `price_changed` (with the
        prices of now), `mixed_currencies`, `order_too_large`, `cart_empty`. Nothing was ordered then.

        `403` with the code `email_unconfirmed` where only confirmed addresses may order, and the token knows of none.
        """
        principal = principal_of(request)
        require_confirmed_email(principal)
        if not request._request.body:
            raise ValidationFailed([FieldError(pointer="", message="To order the cart, send {}.")])

        def place() -> Order:
            values = parse_body(OrderInput, request.data)
            if "lines" not in values:
                return services.order_cart(user_id=principal.user_id, **values)
            lines = values.pop("lines")
            return services.place_order(
                user_id=principal.user_id,
                quantities={line["product_id"]: line["quantity"] for line in lines},
                expected_prices={
                    line["product_id"]: line["expected_unit_price"] for line in lines if "expected_unit_price" in line
                },
                **values,
            )

        return _answer(request, "POST /api/v1/orders", 202, place)


class OrderView(APIView):
    @extend_schema(operation_id="get_order", parameters=[OrderQuery], responses=OrderOutput)
    def get(self, request: Request, order_id: UUID) -> Response:
        """One order. With `wait`, the answer comes when the order reaches a state of `until`, or the time is over."""
        principal = principal_of(request)
        query = parse_query(OrderQuery, request.query_params.dict())
        order = queries.get_order(principal, order_id)
        states = query.get("until", SETTLED)
        if query.get("wait") and not has_reached(order, states):
            order_watcher().wait(order_id, states, timeout_seconds=query["wait"])
            # The wait has used up the time that a request has for the database.
            with waiting_at_most(REQUEST_SECONDS):
                order = queries.get_order(principal, order_id)
        return Response(shown(OrderOutput, order))


class OrderTimelineView(APIView):
    @extend_schema(operation_id="list_order_events", responses=page_of(OrderEventOutput))
    def get(self, request: Request, order_id: UUID) -> Response:
        """What happened to the order, when and why, the oldest first. Staff also sees the ids of the messages."""
        principal = principal_of(request)
        timeline = queries.order_timeline(principal, order_id)
        output = OrderEventOutput if principal.is_staff else CustomersOrderEventOutput
        return Response(whole_body(timeline, output))


def _change(operation_id: str, *, status: int, body: type[Serializer[Any]] | None = None) -> Callable[[_View], _View]:
    """The description of a change to one order."""
    return extend_schema(
        operation_id=operation_id,
        request=body,
        parameters=[IDEMPOTENCY_KEY],
        responses={status: OrderOutput, 409: PROBLEM},
    )


class OrderCancelView(APIView):
    @_change("cancel_order", status=202)
    def post(self, request: Request, order_id: UUID) -> Response:
        """Close the order before it is shipped. What was paid is refunded."""

        def cancel() -> Order:
            return services.cancel_order(order_id=order_id, principal=principal_of(request))

        return _answer(request, "POST /api/v1/orders/{order_id}/cancel", 202, cancel)


class OrderPayView(APIView):
    @_change("pay_order", status=202, body=PayInput)
    def post(self, request: Request, order_id: UUID) -> Response:
        """Try to pay again, after a declined attempt and before the deadline; by another method if one is given."""

        def pay() -> Order:
            values = parse_body(PayInput, request.data)
            return services.request_payment_again(order_id=order_id, principal=principal_of(request), **values)

        return _answer(request, "POST /api/v1/orders/{order_id}/pay", 202, pay)


class OrderShipView(APIView):
    permission_classes = [StaffOnly]

    @_change("ship_order", status=200, body=ShipInput)
    def post(self, request: Request, order_id: UUID) -> Response:
        """Hand a paid order to the carrier. From here on it cannot be cancelled."""

        def ship() -> Order:
            values = parse_body(ShipInput, request.data)
            return services.ship_order(order_id=order_id, principal=principal_of(request), **values)

        return _answer(request, "POST /api/v1/orders/{order_id}/ship", 200, ship)


class OrderDeliverView(APIView):
    permission_classes = [StaffOnly]

    @_change("deliver_order", status=200)
    def post(self, request: Request, order_id: UUID) -> Response:
        """Complete an order that has reached its buyer."""

        def deliver() -> Order:
            return services.deliver_order(order_id=order_id, principal=principal_of(request))

        return _answer(request, "POST /api/v1/orders/{order_id}/deliver", 200, deliver)


def _answer(request: Request, route: str, status: int, use_case: Callable[[], Order]) -> Response:
    """The order as the use case leaves it, once per idempotency key. 202 where payment has yet to speak."""

    def effect() -> Answer:
        order = use_case()
        body: dict[str, Any] = shown(OrderOutput, order)
        return Answer(status, body, reverse("order", args=[order.pk]))

    answer = answer_once(_keyed(request, route), effect)
    headers = {"Location": answer.location}
    if answer.is_replay:
        headers[idempotency.REPLAYED_HEADER] = "true"
    return Response(answer.body, status=answer.status, headers=headers)


def _keyed(request: Request, route: str) -> KeyedRequest | None:
    key = idempotency.read_key(request.headers.get(idempotency.HEADER))
    if key is None:
        return None
    fingerprint = idempotency.fingerprint(request.method or "", request.path, request._request.body)
    return KeyedRequest(principal_of(request).user_id, route, key, fingerprint)
