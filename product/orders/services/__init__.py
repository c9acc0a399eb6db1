"""What can be done with orders: one function, one transaction."""

from product.orders.services.answers import take_failures, take_refunds, take_successes, take_voids
from product.orders.services.cancellation import cancel_order
from product.orders.services.checkout import order_cart
from product.orders.services.payment import request_payment_again
from product.orders.services.placement import place_order
from product.orders.services.upkeep import ask_again, expire_unpaid_orders, forget_old_keys

__all__ = [
    "ask_again",
    "cancel_order",
    "expire_unpaid_orders",
    "forget_old_keys",
    "order_cart",
    "place_order",
    "request_payment_again",
    "take_failures",
    "take_refunds",
    "take_successes",
    "take_voids",
]
