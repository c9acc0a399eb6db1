"""Reading orders. Whoever asks sees their own; staff sees all; another person's order does not exist."""

from uuid import UUID

from django.db.models import QuerySet

from product.orders.changes import locked
from product.orders.errors import OrderNotFound
from product.orders.models import Order, OrderEvent
from product.orders.states import STALE
from product.pagination import DEFAULT_LIMIT, Page, keyset_page
from servicekit.tokens import Principal


def list_orders(
    principal: Principal,
    *,
    user_id: UUID | None = None,
    status: str | None = None,
    payment_status: str | None = None,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Order]:
    """A page of orders with their lines, the newest first. Raises `ValidationFailed` for a cursor of another list."""
    wanted = {"user_id": user_id, "status": status, "payment_status": payment_status}
    orders = _visible_to(principal).filter(**{column: value for column, value in wanted.items() if value is not None})
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


def _visible_to(principal: Principal) -> QuerySet[Order]:
    return Order.objects.all() if principal.is_staff else Order.objects.filter(user_id=principal.user_id)
