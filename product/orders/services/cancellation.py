"""Cancelling an order, by its customer or by staff, at any stage before shipping."""

from uuid import UUID

from product.orders.changes import Cause, allows, change, write
from product.orders.errors import OrderNotCancellable
from product.orders.models import Order
from product.orders.queries import locked_for
from product.orders.states import CANCELLATION_REQUESTED, CANCELLED, CANCELLED_AFTER_REFUND
from product.transactions import retried_transaction
from servicekit.principal import Principal

_CANCELLATIONS = (CANCELLED, CANCELLATION_REQUESTED, CANCELLED_AFTER_REFUND)


@retried_transaction
def cancel_order(*, order_id: UUID, principal: Principal) -> Order:
    """Release the stock at once, and ask payment to void or refund. Raises `OrderNotFound`, `OrderNotCancellable`."""
    order = locked_for(principal, order_id)
    transition = next((step for step in _CANCELLATIONS if allows(order, step)), None)
    if transition is None:
        raise OrderNotCancellable
    order.cancellation_reason = "customer" if order.user_id == principal.user_id else "staff"
    cause = Cause(order.cancellation_reason, principal.user_id)
    write([change(order, transition, cause=cause, detail={"reason": order.cancellation_reason})])
    return order
