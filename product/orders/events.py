"""An order of ours → an event of the contract."""

from collections.abc import Callable, Iterable
from typing import Any, cast
from uuid import UUID

from product.orders.models import Order, OrderLine
from product.orders.states import CLOSED, Status
from servicekit import contracts
from servicekit.contracts import CancellationReason, CloudEvent
from servicekit.contracts.envelope import Cause


def order_placed(order: Order, lines: Iterable[OrderLine], *, event_id: UUID | None = None) -> CloudEvent[Any]:
    data = contracts.OrderPlaced(
        order_id=order.pk,
        number=order.number,
        user_id=order.user_id,
        currency=order.currency,
        total=order.total,
        payment_method=order.payment_method,
        lines=tuple(
            contracts.OrderLine(
                product_id=line.product_id,
                sku=line.sku,
                name=line.name,
                quantity=line.quantity,
                unit_price=line.unit_price,
            )
            for line in lines
        ),
    )
    return CloudEvent.of(data, sequence=order.version, event_id=event_id)


def order_payment_requested(order: Order, cause: Cause | None = None) -> CloudEvent[Any]:
    data = contracts.OrderPaymentRequested(
        order_id=order.pk,
        user_id=order.user_id,
        currency=order.currency,
        total=order.total,
        attempt=order.attempt,
        payment_method=order.payment_method,
    )
    return CloudEvent.of(data, sequence=order.version, cause=cause)


def order_cancelled(order: Order, cause: Cause | None = None) -> CloudEvent[Any]:
    reason = cast("CancellationReason", order.cancellation_reason)
    data = contracts.OrderCancelled(order_id=order.pk, reason=reason)
    return CloudEvent.of(data, sequence=order.version, cause=cause)


def order_confirmed(order: Order, cause: Cause | None = None) -> CloudEvent[Any]:
    data = contracts.OrderConfirmed(
        order_id=order.pk, number=order.number, user_id=order.user_id, currency=order.currency, total=order.total
    )
    return CloudEvent.of(data, sequence=order.version, cause=cause)


def order_shipped(order: Order, cause: Cause | None = None) -> CloudEvent[Any]:
    data = contracts.OrderShipped(
        order_id=order.pk,
        number=order.number,
        user_id=order.user_id,
        carrier=order.carrier or None,
        tracking=order.tracking or None,
    )
    return CloudEvent.of(data, sequence=order.version, cause=cause)


def order_delivered(order: Order, cause: Cause | None = None) -> CloudEvent[Any]:
    data = contracts.OrderDelivered(order_id=order.pk, number=order.number, user_id=order.user_id)
    return CloudEvent.of(data, sequence=order.version, cause=cause)


def open_question(order: Order) -> CloudEvent[Any]:
    """What payment has not answered yet: the same data as when it was first asked, as a new event."""
    if order.status in CLOSED or order.status == Status.CANCELLING:
        return order_cancelled(order)
    if order.attempt > 1:
        return order_payment_requested(order)
    return order_placed(order, order.lines.all())


BUILDERS: dict[str, Callable[[Order, Cause | None], CloudEvent[Any]]] = {
    "order.payment_requested": order_payment_requested,
    "order.cancelled": order_cancelled,
    "order.confirmed": order_confirmed,
    "order.shipped": order_shipped,
    "order.delivered": order_delivered,
}
"""The events that transitions publish, by type."""
