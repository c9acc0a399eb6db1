"""Paying again after a declined attempt."""

from uuid import UUID

from product.orders.changes import Cause, allows, change, write
from product.orders.errors import OrderNotPayable
from product.orders.models import Order
from product.orders.queries import locked_for
from product.orders.states import PAYMENT_REQUESTED
from product.transactions import retried_transaction
from servicekit.principal import Principal


@retried_transaction
def request_payment_again(*, order_id: UUID, principal: Principal, payment_method: str | None = None) -> Order:
    """Ask payment for the next attempt, by another method if one is given. A declined attempt stays declined.

    Raises `OrderNotFound`, `OrderNotPayable`.
    """
    order = locked_for(principal, order_id)
    if not allows(order, PAYMENT_REQUESTED) or order.payment_deadline <= order.loaded_at:
        raise OrderNotPayable
    order.attempt += 1
    order.payment_method = payment_method or order.payment_method
    order.failure_code = order.failure_message = ""
    actor = "customer" if order.user_id == principal.user_id else "staff"
    cause = Cause(actor, principal.user_id)
    detail = {"attempt": order.attempt, "payment_method": order.payment_method_name}
    write([change(order, PAYMENT_REQUESTED, cause=cause, detail=detail)])
    return order
