"""Shipping and delivering, by staff."""

from uuid import UUID

from product.orders.changes import Cause, allows, change, write
from product.orders.errors import OrderNotDeliverable, OrderNotShippable
from product.orders.models import Order
from product.orders.queries import locked_for
from product.orders.states import DELIVERED, SHIPPED
from product.transactions import retried_transaction
from servicekit.principal import Principal


@retried_transaction
def ship_order(*, order_id: UUID, principal: Principal, carrier: str = "", tracking: str = "") -> Order:
    """Hand a paid order to the carrier: it can no longer be cancelled. Raises `OrderNotFound`, `OrderNotShippable`."""
    order = locked_for(principal, order_id)
    if not allows(order, SHIPPED):
        raise OrderNotShippable
    order.carrier, order.tracking = carrier, tracking
    detail = {name: value for name, value in (("carrier", carrier), ("tracking", tracking)) if value}
    write([change(order, SHIPPED, cause=Cause("staff", principal.user_id), detail=detail)])
    return order


@retried_transaction
def deliver_order(*, order_id: UUID, principal: Principal) -> Order:
    """Complete an order that has reached its buyer. Raises `OrderNotFound`, `OrderNotDeliverable`."""
    order = locked_for(principal, order_id)
    if not allows(order, DELIVERED):
        raise OrderNotDeliverable
    write([change(order, DELIVERED, cause=Cause("staff", principal.user_id))])
    return order
