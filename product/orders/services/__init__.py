"""What can be done with orders: one function, one transaction."""

from product.orders.services.answers import take_failures, take_refunds, take_successes, take_voids
from product.orders.services.cancellation import cancel_order
from product.orders.services.checkout import order_cart
from product.orders.services.deleted_users import (
    cancel_orders_of_deleted_users,
    forget_deleted_users,
    remember_deleted_users,
)
from product.orders.services.fulfillment import deliver_order, ship_order
from product.orders.services.payment import request_payment_again
from product.orders.services.placement import place_order
from product.orders.services.upkeep import ask_again, expire_unpaid_orders, forget_old_keys

__all__ = [
    "ask_again",
    "cancel_order",
    "cancel_orders_of_deleted_users",
    "deliver_order",
    "expire_unpaid_orders",
    "forget_deleted_users",
    "forget_old_keys",
    "order_cart",
    "place_order",
    "remember_deleted_users",
    "request_payment_again",
    "ship_order",
    "take_failures",
    "take_refunds",
    "take_successes",
    "take_voids",
]
