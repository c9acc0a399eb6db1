"""JSON endpoints of the caller's own cart."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from product.authentication import principal_of
from product.cart import services
from product.cart.serializers import CartItemInput, CartOutput
from product.openapi import PROBLEM
from product.serializers import parse_body, shown


class CartView(APIView):
    @extend_schema(operation_id="get_cart", responses=CartOutput)
    def get(self, request: Request) -> Response:
        """The cart, with prices and stock as they are now. What is no longer for sale stays in it and says so.

        The cart remembers the prices that it shows here, and is ordered for them or not at all.
        """
        return _cart_of(request)

    @extend_schema(operation_id="empty_cart", responses={204: None})
    def delete(self, request: Request) -> Response:
        """Throw everything out."""
        services.empty_cart(user_id=principal_of(request).user_id)
        return Response(status=204)


class CartItemView(APIView):
    @extend_schema(operation_id="put_cart_item", request=CartItemInput, responses={200: CartOutput, 409: PROBLEM})
    def put(self, request: Request, product_id: UUID) -> Response:
        """Have this many pieces of the product in the cart, however many there were. Answers with the whole cart.

        `409 out_of_stock` when there are fewer, `409 cart_full` when other products fill the cart.
        """
        values = parse_body(CartItemInput, request.data)
        services.put_item(user_id=principal_of(request).user_id, product_id=product_id, quantity=values["quantity"])
        return _cart_of(request)

    @extend_schema(operation_id="remove_cart_item", responses={204: None})
    def delete(self, request: Request, product_id: UUID) -> Response:
        """Have none of the product in the cart. Fine also when there is none."""
        services.remove_item(user_id=principal_of(request).user_id, product_id=product_id)
        return Response(status=204)


def _cart_of(request: Request) -> Response:
    return Response(shown(CartOutput, services.show_cart(user_id=principal_of(request).user_id)))
