"""Reading orders. Whoever asks sees their own; staff sees all; another person's order does not exist."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from product.orders.changes import locked
from product.orders.errors import OrderNotFound
from product.orders.models import Order, OrderEvent
from product.orders.states import STALE
from product.pagination import DEFAULT_LIMIT, Page, keyset_page
from servicekit.principal import Principal

_CLOCKS_DIFFER_SECONDS = 3600
"""At most: those of the web processes, which give ids (UUIDv7 begin with the time), and that of the database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFilter:
    """Which orders. None filters nothing."""

    user_id: UUID | None = None
    number: str | None = None
    status: str | None = None
    payment_status: str | None = None
    fulfillment_status: str | None = None
    placed_from: datetime | None = None
    """Inclusive."""
    placed_to: datetime | None = None
    """Exclusive."""

    def conditions(self) -> dict[str, Any]:
        """As Django's lookups. A bound on the time is one on ids as well, whose index has the order of the list."""
        lookups = {
            "user_id": self.user_id,
            "number": self.number,
            "status": self.status,
            "payment_status": self.payment_status,
            "fulfillment_status": self.fulfillment_status,
            "placed_at__gte": self.placed_from,
            "placed_at__lt": self.placed_to,
            "id__gte": self.placed_from and _first_id(self.placed_from.timestamp() - _CLOCKS_DIFFER_SECONDS),
            "id__lt": self.placed_to and _first_id(self.placed_to.timestamp() + _CLOCKS_DIFFER_SECONDS),
        }
        return {lookup: value for lookup, value in lookups.items() if value is not None}


def list_orders(
    principal: Principal,
    wanted: OrderFilter | None = None,
    *,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Order]:
    """A page of orders with their lines, the newest first. Raises `ValidationFailed` for a cursor of another list."""
    orders = _visible_to(principal).filter(**(wanted or OrderFilter()).conditions())
    return keyset_page(orders.prefetch_related("lines"), ordering="-id", cursor=cursor, limit=limit)


def get_order(principal: Principal, order_id: UUID) -> Order:
    """One order with its lines. Raises `OrderNotFound`."""
    order = _visible_to(principal).prefetch_related("lines").filter(id=order_id).first()
    if order is None:
        raise OrderNotFound
    return order


def locked_for(principal: Principal, order_id: UUID) -> Order:
    """The order, locked for a change in the caller's transaction. Raises `OrderNotFound`."""
    orders = locked(_visible_to(principal).filter(id=order_id))
    if not orders:
        raise OrderNotFound
    return orders[0]


def order_timeline(principal: Principal, order_id: UUID) -> list[OrderEvent]:
    """What happened to the order, the oldest first. Messages without effect are shown to staff only.

    Raises `OrderNotFound`.
    """
    if not _visible_to(principal).filter(id=order_id).exists():
        raise OrderNotFound
    events = OrderEvent.objects.filter(order_id=order_id)
    return list(events if principal.is_staff else events.exclude(type=STALE))


def _first_id(timestamp: float) -> UUID:
    """The lowest UUIDv7 of that moment."""
    return UUID(int=max(0, int(timestamp * 1000)) << 80)


def _visible_to(principal: Principal) -> QuerySet[Order]:
    return Order.objects.all() if principal.is_staff else Order.objects.filter(user_id=principal.user_id)
