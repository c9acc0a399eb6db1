"""What tests look up in the database after the act."""

from typing import Any

from product.catalogue.models import Product, Stock
from product.messaging.models import OutboxEvent
from product.orders.models import Order, OrderEvent
from servicekit.contracts import EVENTS, CloudEvent


def heaps(product: Product) -> tuple[int, int, int]:
    """Pieces on hand, reserved and sold."""
    stock = Stock.objects.get(product=product)
    return stock.on_hand, stock.reserved, stock.sold


def states(order: Order) -> tuple[str, str]:
    """Status and payment status."""
    order.refresh_from_db()
    return order.status, order.payment_status


def is_answer_owed(order: Order) -> bool:
    """By payment."""
    order.refresh_from_db()
    return order.asked_at is not None


def timeline(order: Order) -> list[str]:
    return list(OrderEvent.objects.filter(order=order).values_list("type", flat=True))


def published(event_type: str | None = None) -> list[CloudEvent[Any]]:
    """The events in the outbox, of one type or all, checked against the contract."""
    rows = OutboxEvent.objects.order_by("id")
    rows = rows if event_type is None else rows.filter(type=event_type)
    return [_checked(row) for row in rows]


def types_published() -> list[str]:
    return [event.type for event in published()]


def _checked(row: OutboxEvent) -> CloudEvent[Any]:
    data_class: Any = EVENTS[row.type]
    event: CloudEvent[Any] = CloudEvent[data_class].model_validate_json(row.body)
    return event
