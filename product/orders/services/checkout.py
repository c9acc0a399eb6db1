"""Ordering what lies in the cart."""

from uuid import UUID

from product.cart.services import take_items
from product.catalogue.prices import Price
from product.orders.models import Order
from product.orders.services.placement import place_order
from product.transactions import retried_transaction


@retried_transaction
def order_cart(*, user_id: UUID, expected_total: Price | None = None, payment_method: str = "wallet") -> Order:
    """Order the whole cart, and leave it empty. Of two tabs that do so at the same time one places the order.

    Without `expected_total` the buyer expects the prices that the cart showed last.
    Raises `CartEmpty`, and whatever `place_order` raises: the cart is then as it was.
    """
    wishes = take_items(user_id=user_id)
    seen = {product_id: wish.seen for product_id, wish in wishes.items()}
    return place_order(
        user_id=user_id,
        quantities={product_id: wish.quantity for product_id, wish in wishes.items()},
        expected_prices=seen if expected_total is None else {},
        expected_total=expected_total,
        payment_method=payment_method,
    )
